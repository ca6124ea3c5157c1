import fc from 'fast-check'

/** Texts that have broken somebody once. */
const texts = [
  '', ' ', '\0', 'a\0b', '\ud800', 'x\udfffy', '‮txet', '👩‍👩‍👧‍👦', 'ﷺ'.repeat(50), 'x'.repeat(10_000), 'é'.repeat(5000), 'ß', 'İ', 'ǅ', '﷽', 'a̐éö̲', '\u2028', '\ufeff', '\uffff',
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', 'Infinity', '-0', '1e309', '0x10', '1_000', '٣',
  "' or 1=1 --", '"; drop table product; --', '${7*7}', '{{7*7}}', '<script>alert(1)</script>', '../../etc/passwd', '..\\..\\x', '%00', '%2e%2e%2f', 'file:///etc/passwd', 'javascript:alert(1)',
  '*', '"', '"unbalanced', 'a AND', 'NOT', 'OR OR', 'NEAR(', 'NEAR(a b, 2)', 'a* b*', '-a', '^a', 'name:a', '{a b}: c', '(((((', ')', 'a OR b NOT', '+', '%', '_', '\\', '~', '`', 'a'.repeat(64) + '!', `${'a'.repeat(40)}b`.repeat(4),
  '=1+1', '@SUM(1)', '\r\nSet-Cookie: a=b', 'tok_slow_1', 'tok_slow_99999999', 'W/"1.1"', '2026-13-45T25:61:61Z', '+275760-09-13T00:00:00.000Z', '0000-00-00T00:00:00Z', '2026-01-01T00:00:00+99:99', '-000001-01-01T00:00:00Z',
] as const
const numbers = [0, -0, -1, 1, 0.1, 1.5, -0.5, 1e300, -1e300, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 63, 100_000_000_000, 100_000_000_001, 5e-324] as const
const nested = (depth: number, open: (inner: unknown) => unknown): unknown => Array.from({ length: depth }).reduce(open, 1)

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...texts) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
)

/** A value that is hardly what was asked for. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: hostileText },
  { weight: 4, arbitrary: fc.constantFrom(...numbers) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { $ne: null }, { $where: '1' }, { constructor: { prototype: { admin: true } } }, { length: 1e9 }, { toString: 1 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(nested(20, (inner) => [inner]), nested(20, (inner) => ({ a: inner })), Array.from({ length: 3000 }, () => 0), Array.from({ length: 1001 }, (_, at) => String(at))) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
)

const keys = ['__proto__', 'constructor', 'prototype', 'id', 'role', 'userId', 'price', '', '/', '~', '$where', 'a'.repeat(2000), '\ud800'] as const

/** One change to a value, somewhere inside: `at` picks the place among all there are. */
interface Change { at: number; what: 'replace' | 'drop' | 'add' | 'repeat'; key: string; by: unknown }
export const changes: fc.Arbitrary<Change[]> = fc.array(fc.record<Change>({
  at: fc.nat(1000), what: fc.constantFrom('replace', 'replace', 'replace', 'drop', 'add', 'repeat'), key: fc.oneof(fc.constantFrom(...keys), hostileText), by: hostileValue,
}), { minLength: 1, maxLength: 2 })

interface Place { of: any; key: string | number }
const placesIn = (value: any, found: Place[] = []): Place[] => {
  if (typeof value !== 'object' || value === null) return found
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    found.push({ of: value, key })
    placesIn(value[key], found)
  }
  return found
}
/** As JSON.parse would: `__proto__` is a key like another. */
const put = (of: any, key: string | number, value: unknown): void => { Object.defineProperty(of, key, { value, enumerable: true, configurable: true, writable: true }) }

export const changed = (value: unknown, list: readonly Change[]): unknown => {
  const root = { value: structuredClone(value) }
  for (const { at, what, key, by: shared } of list) {
    const by = structuredClone(shared)
    const places = placesIn(root)
    const { of, key: found } = places[at % places.length] ?? { of: root, key: 'value' }
    const here = of[found]
    if (what === 'add' && typeof here === 'object' && here !== null) put(here, Array.isArray(here) ? here.length : key, by)
    else if (what === 'repeat' && Array.isArray(here)) here.push(...here)
    else if (what === 'drop' && of !== root) {
      if (Array.isArray(of)) of.splice(Number(found), 1)
      else delete of[found]
    } else put(of, found, by)
  }
  return root.value
}

/** A body's text spoiled beyond what a JSON value can be. */
export const spoiled: fc.Arbitrary<(text: string) => Buffer> = fc.constantFrom<(text: string) => Buffer>(
  () => Buffer.alloc(0), () => Buffer.from('null'), () => Buffer.from('[]'), () => Buffer.from('"x"'), () => Buffer.from('1e999'), () => Buffer.from('{"a":NaN}'),
  (text) => Buffer.from(text.slice(0, -1)), (text) => Buffer.from(text.slice(0, text.length >> 1)), (text) => Buffer.from(`${text}${text}`), (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(text, 'utf16le'), (text) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xc3, 0x28, 0xff, 0x7d])]),
  (text) => Buffer.from(text.replace('{', '{"__proto__":{"admin":true},')), (text) => Buffer.from(text.replace('{', '{"a":1,"a":2,')),
  (text) => Buffer.from(text.replace('{', `{"deep":${'['.repeat(5000)}${']'.repeat(5000)},`)), () => Buffer.from('['.repeat(100_000)),
  (text) => Buffer.from(text.replaceAll('"', "'")), (text) => Buffer.from(text.replace(/\d+/, '9'.repeat(400))), (text) => Buffer.from(text.replace(/\d+/, '-0')),
  (text) => Buffer.from(text.replace('}', ',}')), (text) => Buffer.from(`${' '.repeat(2000)}${text}`), () => Buffer.alloc(1_100_000, 0x20),
)

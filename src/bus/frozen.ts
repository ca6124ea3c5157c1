/**
 * Freezes what crosses a door, through and through, and refuses what JSON does not carry as it is. So a call in one
 * process needs no copy and still lets neither side change what the other holds, nor see what a wire would lose.
 */
export const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) walk(value, '')
  else leaf(value, '')
  return value
}

/** `frozen` for what arrived: in one process its sender's door has walked through it already, over a wire it is new. */
export const arrived = <T>(value: T): T => Object.isFrozen(value) ? value : frozen(value)

const walk = (value: object, path: string): void => {
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) part(value[at], path, at)
  } else {
    if (!isPlain(value)) throw notPlain(value, path)
    for (const key in value) part(value[key], path, key)
  }
  Object.freeze(value)
}

const isPlain = (value: object): value is Record<string, unknown> => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const part = (value: unknown, path: string, key: string | number): void => {
  if (typeof value === 'object' && value !== null) walk(value, `${path}/${key}`)
  else leaf(value, path, key)
}

const leaf = (value: unknown, path: string, key?: string | number): void => {
  const type = typeof value
  if (type === 'string' || type === 'boolean' || value === null || (type === 'number' && Number.isFinite(value))) return
  throw notPlain(value, key === undefined ? path : `${path}/${key}`)
}

const notPlain = (value: unknown, path: string): TypeError => {
  const what = typeof value === 'object' && value !== null ? value.constructor.name : typeof value === 'number' ? String(value) : typeof value
  return new TypeError(`Only plain JSON crosses a contract: ${path === '' ? '/' : path} is ${what}`)
}

import { isEmail, isId } from '../../src/contract/scalars.ts'

export type Schema = Readonly<Record<string, any>>
const formats: Readonly<Record<string, (value: string) => boolean>> = {
  uuid: isId, email: isEmail, uri: (value) => URL.canParse(value), 'date-time': (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value),
}
const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value)
const isKind = (value: unknown, kind: string): boolean => kindOf(value) === kind || (kind === 'number' && kindOf(value) === 'integer')

/**
 * What of a value does not fit a schema of the served document, a line a place: our own short reading of JSON Schema, so
 * that neither TypeBox nor our way of writing the document judges itself. Fields that a schema does not name are told
 * even where it is open: nothing leaves the shop that its document does not know.
 */
export const misfits = (schema: Schema, value: any, components: Readonly<Record<string, Schema>>, at = ''): string[] => {
  if (typeof schema['$ref'] === 'string') {
    const named = components[schema['$ref'].replace('#/components/schemas/', '')]
    return named === undefined ? [`${at}: ${schema['$ref']} leads nowhere`] : misfits(named, value, components, at)
  }
  if (schema['allOf'] !== undefined) return allOf(schema['allOf'], value, components, at)
  const found: string[] = []
  const expect = (holds: boolean, wrong: string) => { if (!holds) found.push(`${at || 'the answer'} ${wrong}: ${JSON.stringify(value)?.slice(0, 120)}`) }
  if (schema['anyOf'] !== undefined) {
    const members: string[][] = schema['anyOf'].map((member: Schema) => misfits(member, value, components, at))
    if (!members.some((one) => one.length === 0)) found.push(...(members.sort((a, b) => a.length - b.length).at(-1) ?? []))
  }
  const { type } = schema
  if (typeof type === 'string') expect(isKind(value, type), `is no ${type}`)
  if ('const' in schema) expect(value === schema['const'], `is not ${JSON.stringify(schema['const'])}`)
  if (schema['enum'] !== undefined) expect(schema['enum'].includes(value), `is none of ${schema['enum']}`)
  if (typeof value === 'string') {
    if (schema['format'] !== undefined) expect(formats[schema['format']]?.(value) ?? false, `is no ${schema['format']}`)
    if (schema['pattern'] !== undefined) expect(new RegExp(schema['pattern'], 'u').test(value), `does not match ${schema['pattern']}`)
    expect(value.length >= (schema['minLength'] ?? 0) && value.length <= (schema['maxLength'] ?? Infinity), 'is too short or too long')
  } else if (typeof value === 'number') {
    expect(value >= (schema['minimum'] ?? -Infinity) && value <= (schema['maximum'] ?? Infinity), 'is out of range')
  } else if (Array.isArray(value)) {
    expect(value.length >= (schema['minItems'] ?? 0) && value.length <= (schema['maxItems'] ?? Infinity), 'has too few or too many items')
    if (schema['items'] !== undefined) for (const [index, item] of value.entries()) found.push(...misfits(schema['items'], item, components, `${at}/${index}`))
  } else if (kindOf(value) === 'object') found.push(...fields(schema, value, components, at))
  return found
}

const fields = (schema: Schema, value: Record<string, unknown>, components: Readonly<Record<string, Schema>>, at: string): string[] => {
  const { properties, patternProperties } = schema
  const missing = (schema['required'] ?? []).filter((name: string) => !Object.hasOwn(value, name)).map((name: string) => `${at}/${name} is missing`)
  if (properties === undefined && patternProperties === undefined) return missing
  return [...missing, ...Object.entries(value).flatMap(([name, one]) => {
    if (properties !== undefined && Object.hasOwn(properties, name)) return misfits(properties[name], one, components, `${at}/${name}`)
    const [, free] = Object.entries<Schema>(patternProperties ?? {}).find(([pattern]) => new RegExp(pattern, 'u').test(name)) ?? []
    return free === undefined ? [`${at}/${name} is no field of the schema`] : misfits(free, one, components, `${at}/${name}`)
  })]
}

/** Members of an intersection, taken together: one may name what another does not. */
const allOf = (members: readonly Schema[], value: any, components: Readonly<Record<string, Schema>>, at: string): string[] => {
  const whole = members.map((member) => (typeof member['$ref'] === 'string' ? components[member['$ref'].replace('#/components/schemas/', '')] ?? {} : member))
  const named = new Set(whole.flatMap((member) => Object.keys(member['properties'] ?? {})))
  const unknown = kindOf(value) === 'object' ? Object.keys(value).filter((name) => !named.has(name)).map((name) => `${at}/${name} is no field of the schema`) : []
  const known = (member: Schema) => (kindOf(value) !== 'object' ? value : Object.fromEntries(Object.entries(value).filter(([name]) => Object.hasOwn(member['properties'] ?? {}, name))))
  return [...unknown, ...whole.flatMap((member) => misfits(member, known(member), components, at))]
}

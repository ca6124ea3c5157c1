import { Kind, type TSchema } from '@sinclair/typebox'
import type { Detail } from '../contract/fault.ts'

/** Turns one parameter's text into its field's value; what it cannot read stays text, and the schema's check says so. */
export type Read = (text: string) => unknown
export interface Parameter { read: Read; many: boolean; fallback: unknown }
export type Parameters = ReadonlyMap<string, Parameter>

const integer = /^-?(?:0|[1-9]\d*)$/
const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

const reader = (schema: TSchema): Read => {
  switch (schema[Kind]) {
    case 'Integer': return (text) => (integer.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text)
    case 'Number': return (text) => (decimal.test(text) ? Number(text) : text)
    case 'Boolean': return (text) => (text === 'true' ? true : text === 'false' ? false : text)
    case 'Literal': return (text) => (String(schema['const']) === text ? schema['const'] : text)
    case 'Union': {
      const members = (Array.isArray(schema['anyOf']) ? schema['anyOf'] : []).map((member: TSchema) => reader(member))
      return (text) => members.map((read) => read(text)).find((value) => value !== text) ?? text
    }
    default: return (text) => text
  }
}

/** How query parameters (or a form's fields) of these schemas are read. An array takes its parameter more than once. */
export const parametersOf = (fields: Readonly<Record<string, TSchema>>): Parameters =>
  new Map(Object.entries(fields).map(([name, schema]) => {
    const many = schema[Kind] === 'Array'
    return [name, { read: reader(many ? schema['items'] : schema), many, fallback: schema.default }]
  }))

/** Header and path values of a schema. */
export const readerOf = reader

const unescaped = (text: string): string | null => {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

/** Reads a query's text into `input`, adding to `errors` what is unknown, given twice or broken. */
export const readQuery = (
  text: string, parameters: Parameters, input: Record<string, unknown>, errors: Detail[], place: 'query' | 'body',
): void => {
  const wrong = (name: string, message: string) =>
    errors.length < 20 && errors.push({ in: place, path: `/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`, message })
  const seen = new Set<string>()
  for (const pair of text === '' ? [] : text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = unescaped(equals === -1 ? pair : pair.slice(0, equals))
    const value = unescaped(equals === -1 ? '' : pair.slice(equals + 1))
    if (name === null || value === null) {
      wrong(name ?? '', 'is not percent-encoded UTF-8')
      continue
    }
    const parameter = parameters.get(name)
    if (parameter === undefined) {
      wrong(name, 'is not a parameter of this operation')
    } else if (value.includes('\0')) {
      wrong(name, 'holds a NUL character')
    } else if (parameter.many) {
      const values = input[name]
      if (Array.isArray(values)) values.push(parameter.read(value))
      else input[name] = [parameter.read(value)]
    } else if (seen.has(name)) {
      wrong(name, 'is given more than once')
    } else {
      seen.add(name)
      input[name] = parameter.read(value)
    }
  }
  for (const [name, { fallback }] of parameters) if (fallback !== undefined && !Object.hasOwn(input, name)) input[name] = structuredClone(fallback)
}

/** The query of a URL, without its question mark. */
export const queryOf = (url: string): string => {
  const start = url.indexOf('?')
  if (start === -1) return ''
  const end = url.indexOf('#', start)
  return end === -1 ? url.slice(start + 1) : url.slice(start + 1, end)
}

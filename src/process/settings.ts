import { Kind, type Static, type TObject, type TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { readFileSync } from 'node:fs'

export type Environment = Readonly<Record<string, string | undefined>>

/** A setting that cannot be used: which variable, and what to do about it. */
export interface Problem { name: string; message: string }

/** A setting as `npm run config` lists it. */
export interface SettingAbout { name: string; form: string; default: string; description: string; secret: boolean }

/** `leaseMs` → `LEASE_MS`. */
export const variableName = (property: string): string => property.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()

const isList = (schema: TSchema): boolean => schema[Kind] === 'Array' && schema['items']?.[Kind] === 'String'
const isJson = (schema: TSchema): boolean => ['Object', 'Record', 'Array'].includes(schema[Kind]) && !isList(schema)

const formOf = (schema: TSchema): string => {
  if (schema[Kind] === 'Boolean') return 'on | off'
  if (schema[Kind] === 'Integer' || schema[Kind] === 'Number') {
    const { minimum, maximum } = schema
    return minimum !== undefined && maximum !== undefined ? `${minimum} … ${maximum}` : 'a number'
  }
  if (schema[Kind] === 'Union' && Array.isArray(schema['anyOf'])) return schema['anyOf'].map((one: TSchema) => one['const']).join(' | ')
  if (isList(schema)) return 'a comma list'
  return isJson(schema) ? 'JSON' : 'text'
}

const parse = (schema: TSchema, text: string): unknown => {
  if (schema[Kind] === 'Boolean') return text === 'on' ? true : text === 'off' ? false : text
  if (schema[Kind] === 'Integer' || schema[Kind] === 'Number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (isList(schema)) return text.split(',').map((item) => item.trim()).filter((item) => item !== '')
  if (isJson(schema)) return JSON.parse(text)
  return text
}

const shown = (value: unknown): string => {
  if (value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Every setting of some schemas, once each, sorted by name. */
export const settingsAbout = (schemas: readonly TObject[]): SettingAbout[] => {
  const found = new Map<string, SettingAbout>()
  for (const schema of schemas) {
    for (const [property, one] of Object.entries(schema.properties)) {
      const name = variableName(property)
      found.set(name, { name, form: formOf(one), default: shown(one.default), description: one.description ?? '', secret: one['secret'] === true })
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The variable that a property is read from: the module's own where it is set. */
export const settingNamed = (property: string, env: Environment, prefix?: string): string => {
  const plain = variableName(property)
  const own = prefix === undefined ? plain : `${prefix.toUpperCase()}_${plain}`
  return env[own] !== undefined || env[`${own}_FILE`] !== undefined ? own : plain
}

/**
 * Reads one schema's settings. `prefix` is the module's name: `ORDER_POSTGRES_URL` goes before `POSTGRES_URL`.
 * A secret may come as `NAME_FILE`. All problems are reported at once; with any, the settings are not to be used.
 */
export const readSettings = <T extends TObject>(schema: T, env: Environment, prefix?: string): { settings: Static<T>; problems: Problem[] } => {
  const problems: Problem[] = []
  const settings: Record<string, unknown> = {}
  for (const [property, one] of Object.entries(schema.properties)) {
    const name = settingNamed(property, env, prefix)
    try {
      const file = env[`${name}_FILE`]
      const text = file === undefined ? env[name] : readFileSync(file, 'utf8').trimEnd()
      if (text === undefined || text === '') {
        if (one.default !== undefined) settings[property] = structuredClone(one.default)
        else if (schema.required?.includes(property)) problems.push({ name, message: `is not set. ${one.description ?? ''}` })
        continue
      }
      const value = parse(one, text)
      const [wrong] = Value.Errors(one, value)
      if (wrong === undefined) settings[property] = value
      else problems.push({ name, message: `takes ${formOf(one)}${wrong.path === '' ? '' : ` (at ${wrong.path})`}: ${wrong.message.toLowerCase()}` })
    } catch (error) {
      const what = error instanceof SyntaxError ? `takes JSON: ${error.message}` : `cannot be read: ${error instanceof Error ? error.message : error}`
      problems.push({ name, message: what })
    }
  }
  return { settings: settings as Static<T>, problems }
}

import { invalidJson } from '../contract/faults.ts'

const MOST_LEVELS = 32
const decoder = new TextDecoder('utf-8', { fatal: true })

/** Whether brackets open deeper than a body may be: told from the text, before anything recurses into it. */
const isTooDeep = (text: string): boolean => {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 0x5c) at++
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MOST_LEVELS) return true
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return false
}

const escapedKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
const wrongText = (text: string): string | null =>
  text.includes('\0') ? 'holds a NUL character' : text.isWellFormed() ? null : 'holds half a surrogate pair'

/** Keys and strings that no store takes: `__proto__`, NUL, lone surrogates. At most 32 levels deep. */
const refuseStrange = (value: unknown, path: string): void => {
  const refuse = (at: string, message: string): never => {
    throw invalidJson(undefined, { errors: [{ in: 'body', path: at, message }] })
  }
  if (typeof value === 'string') {
    const wrong = wrongText(value)
    if (wrong !== null) refuse(path, wrong)
  } else if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) refuseStrange(item, `${path}/${at}`)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__' || wrongText(key) !== null) refuse(path, 'holds a key that is not allowed')
      refuseStrange(item, `${path}/${escapedKey(key)}`)
    }
  }
}

export const decodeText = (bytes: ArrayBuffer | Uint8Array): string => {
  try {
    return decoder.decode(bytes)
  } catch {
    throw invalidJson('The body is not valid UTF-8')
  }
}

/** A body's JSON, or `undefined` for an empty one. */
export const parseJson = (bytes: ArrayBuffer | Uint8Array): unknown => {
  if (bytes.byteLength === 0) return undefined
  const text = decodeText(bytes)
  if (isTooDeep(text)) throw invalidJson(`The body is nested deeper than ${MOST_LEVELS} levels`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw invalidJson(error instanceof Error ? `The body is not JSON: ${error.message.slice(0, 200)}` : undefined)
  }
  if (text.includes('\\u') || text.includes('__proto__')) refuseStrange(value, '')
  return value
}

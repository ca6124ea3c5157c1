/** How long an answer's body is: bytes, pieces that say their length, or until the connection ends. */
export type Framing = number | 'chunked' | 'until_closed'

/** The first part of an answer, taken apart. */
export interface Head {
  status: number
  /** Names in lower case and values, in turns. */
  fields: string[]
  framing: Framing
  /** The connection may be used again. */
  keepAlive: boolean
}

const token = /^[!#$%&'*+\-.^_`|~\w]+$/
const lengthForm = /^\d{1,15}$/
const known = new Set<string>()
const MOST_KNOWN = 200

/** Answers' header names are few: each is checked once. */
const isName = (name: string): boolean => {
  if (known.has(name)) return true
  if (!token.test(name)) return false
  if (known.size < MOST_KNOWN) known.add(name)
  return true
}

/**
 * Reads an answer's head, without the empty line at its end; null where it is none that this side can be sure of: what two
 * readers could take for answers of different lengths is refused (RFC 9112 §6.3), and so is a folded line.
 */
export const readHead = (text: string, bodiless: boolean): Head | null => {
  if (!text.startsWith('HTTP/1.') || text.charCodeAt(8) !== 0x20) return null
  const status = Number(text.slice(9, 12))
  if (!(status >= 100 && status <= 599)) return null
  const fields: string[] = []
  let length: number | null = null
  let chunked = false
  let keepAlive = text.charCodeAt(7) === 0x31
  for (let at = text.indexOf('\r\n'); at !== -1;) {
    const start = at + 2
    at = text.indexOf('\r\n', start)
    const end = at === -1 ? text.length : at
    const colon = text.indexOf(':', start)
    if (colon === -1 || colon > end) return null
    const name = text.slice(start, colon).toLowerCase()
    if (!isName(name)) return null
    const value = text.slice(colon + 1, end).trim()
    if (name === 'content-length') {
      if (!lengthForm.test(value) || (length !== null && length !== Number(value))) return null
      length = Number(value)
    } else if (name === 'transfer-encoding') {
      if (value.toLowerCase() !== 'chunked' || chunked) return null
      chunked = true
    } else if (name === 'connection') {
      if (/\bclose\b/i.test(value)) keepAlive = false
    }
    fields.push(name, value)
  }
  if (chunked && length !== null) return null
  if (bodiless || status < 200 || status === 204 || status === 304) return { status, fields, framing: 0, keepAlive }
  if (chunked) return { status, fields, framing: 'chunked', keepAlive }
  return length !== null ? { status, fields, framing: length, keepAlive } : { status, fields, framing: 'until_closed', keepAlive: false }
}

/** What no path of ours holds: a router that is given it finds nothing. */
const NOWHERE = '\0'
const plain = /^\/[\w\-.~!$&'()*+,;=:@/]*$/
const escaped = /^\/(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9a-fA-F]{2})*$/
const emptyOrDots = /\/(?:\/|\.{1,2}(?:\/|$))/
const hidden = /%(?:2F|5C|7F|[01][0-9A-F])/

const isUnreserved = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x2d || code === 0x2e || code === 0x5f || code === 0x7e

/** RFC 3986 §6.2.2: escapes of unreserved characters are those characters, the others are in upper case. */
const unescape = (path: string): string => path.replace(/%[0-9a-fA-F]{2}/g, (text) => {
  const code = parseInt(text.slice(1), 16)
  return isUnreserved(code) ? String.fromCharCode(code) : text.toUpperCase()
})

/**
 * The path a request is routed by, in one form for all runtimes: Node resolves `..` before a handler sees it and Deno
 * does not, so neither is asked. Hidden slashes, dot segments, empty segments, backslashes, control characters and
 * broken escapes lead nowhere.
 */
export const canonicalPath = (target: string): string => {
  const end = target.search(/[?#]/)
  const path = end === -1 ? target : target.slice(0, end)
  if (plain.test(path)) return emptyOrDots.test(path) ? NOWHERE : path
  if (!escaped.test(path)) return NOWHERE
  const known = unescape(path)
  if (emptyOrDots.test(known) || hidden.test(known)) return NOWHERE
  try {
    decodeURIComponent(known)
    return known
  } catch {
    return NOWHERE
  }
}

/** The part of an absolute URL from its path on. */
export const targetOf = (url: string): string => {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  return start === -1 ? '/' : url.slice(start)
}

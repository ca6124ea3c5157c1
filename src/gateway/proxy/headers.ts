import { addHeaders, type Answered } from '../../http/answer.ts'
import type { Exchange } from '../../http/exchange.ts'

/** Of one connection only (RFC 9110 §7.6.1): they cross neither way. */
const ofConnection = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-authentication-info', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'])
/** What this gateway says itself, whatever its client says; and what it does for every service, such as compressing. */
const ours = new Set(['host', 'content-length', 'expect', 'accept-encoding', 'via', 'forwarded', 'traceparent', 'tracestate', 'x-request-id', 'x-real-ip', 'x-user-id', 'x-roles', 'x-permissions'])
const isKept = (name: string): boolean =>
  !ofConnection.has(name) && !ours.has(name) && !(name.charCodeAt(0) === 0x78 && (name.startsWith('x-forwarded-') || name.startsWith('x-internal-')))

/** What Connection names besides is of that connection too. */
const namedIn = (connection: string | null): readonly string[] | null => {
  if (connection === null || /^\s*(keep-alive|close)\s*$/i.test(connection)) return null
  return connection.toLowerCase().split(',').map((name) => name.trim())
}

const MOST_TRACESTATE = 512
const headerText = /^[\t\x20-\x7e\x80-\xff]*$/
const spanDigits = 16

/**
 * A client's headers as an instance gets them, a line each. Who the client is stands in X-Forwarded-For as this gateway found
 * out, one address, so that a service has to trust the gateway and nobody before it.
 */
export const requestLines = (exchange: Exchange): string => {
  const { headers, asked: { peer }, requestId, trace, address, edge } = exchange
  const dropped = namedIn(headers.get('connection'))
  let lines = ''
  const add = (name: string, value: string): void => {
    if (isKept(name) && (dropped === null || !dropped.includes(name))) lines += `${name}: ${value}\r\n`
  }
  const { fields } = peer
  if (fields !== undefined) for (let at = 0; at < fields.length; at += 2) add((fields[at] ?? '').toLowerCase(), fields[at + 1] ?? '')
  else headers.forEach((value, name) => add(name, value))

  const { traceFlags } = exchange
  const state = traceFlags === null ? null : headers.get('tracestate')
  if (state !== null && state.length <= MOST_TRACESTATE) lines += `tracestate: ${state}\r\n`
  const believed = edge.trusts(peer.address ?? '')
  const proto = believed ? headers.get('x-forwarded-proto') : null
  const host = (believed ? headers.get('x-forwarded-host') : null) ?? headers.get('host')
  if (host !== null && headerText.test(host)) lines += `x-forwarded-host: ${host}\r\n`
  return `${lines}accept-encoding: identity\r\nx-request-id: ${requestId}\r\ntraceparent: 00-${trace}-${edge.newTrace().slice(0, spanDigits)}-${traceFlags ?? '00'}\r\nx-forwarded-for: ${address}\r\nx-forwarded-proto: ${proto === 'https' ? 'https' : 'http'}\r\n`
}

/** An instance's answer's headers as the client gets them; those that every answer of ours carries are written anew. */
export const answerHeaders = (fields: readonly string[]): Pick<Answered, 'headers' | 'cookies'> => {
  const headers: Answered['headers'] = {}
  let cookies: string[] | null = null
  let dropped: readonly string[] | null = null
  for (let at = 0; at < fields.length; at += 2) if (fields[at] === 'connection') dropped = namedIn(fields[at + 1] ?? null)
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? ''
    const value = fields[at + 1] ?? ''
    if (name === 'date' || ofConnection.has(name) || (dropped !== null && dropped.includes(name))) continue
    if (name === 'set-cookie') (cookies ??= []).push(value)
    else if (headers[name] === undefined) addHeaders(headers, { [name]: value })
    else headers[name] += `, ${value}`
  }
  const [only, another] = cookies ?? []
  if (only !== undefined && another === undefined) headers['set-cookie'] = only
  return cookies !== null && another !== undefined ? { headers, cookies } : { headers }
}

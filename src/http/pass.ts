import { isFault } from '../contract/fault.ts'
import { deadlineExceeded, internalError, rateLimited, requestTimeout } from '../contract/faults.ts'
import { alarmsOf } from '../module/alarms.ts'
import { network } from '../module/network.ts'
import { type Answered, isKnown, secure } from './answer.ts'
import { chooseEncoding, compress, compressStream, isCompressible, isWorthIt } from './compress.ts'
import { allowOrigin } from './cors.ts'
import type { Edge } from './edge.ts'
import { type Asked, Exchange, type Served } from './exchange.ts'
import { problem } from './problem.ts'

export type Work = (exchange: Exchange) => Promise<Answered> | Answered

/**
 * The one pass every request takes, instead of a stack of middlewares: request id, general limit, the work under its
 * deadline, the answer's headers, CORS, 304, compression, one log line, one count.
 */
export const pass = (edge: Edge, served: Served, work: Work, asked: Asked): Promise<Response> =>
  new Promise((resolve) => {
    const exchange = new Exchange(edge, served, asked)
    let open = true
    const answer = (answered: Answered): void => {
      if (!open) return drop(answered)
      open = false
      alarms.cancel(alarm)
      const failed = (error: unknown): void => resolve(leave(exchange, secured(exchange, refusal(exchange, error))))
      try {
        const sent = send(exchange, answered)
        if (sent instanceof Promise) sent.then(resolve, failed)
        else resolve(sent)
      } catch (error) {
        failed(error)
      }
    }
    const alarms = alarmsOf(edge.world)
    const alarm = alarms.set(exchange.endsAt, () => {
      const late = refusal(exchange, exchange.receiving ? requestTimeout() : deadlineExceeded())
      late.headers['connection'] = 'close'
      answer(late)
    })
    void run(exchange, work).then(answer)
  })

/** Counts a request of an address against the general limit. */
const count = ({ edge, served, address }: Exchange): void => {
  const { rateLimit, rateLimitRequests, rateLimitSeconds } = edge.settings
  if (!rateLimit || !served.counted) return
  const taken = edge.limiter.take('', network(address), rateLimitRequests, rateLimitSeconds)
  if (!taken.allowed) throw rateLimited(undefined, { headers: { 'retry-after': String(taken.resetS) } })
}

const run = async (exchange: Exchange, work: Work): Promise<Answered> => {
  try {
    count(exchange)
    return await work(exchange)
  } catch (error) {
    return refusal(exchange, error)
  }
}

const refusal = (exchange: Exchange, error: unknown): Answered => {
  const { edge, requestId, headers, served } = exchange
  const shown = isFault(error) ? error : internalError()
  if (shown !== error) edge.log.error('a request failed', { requestId, module: served.module, operation: served.operation, error })
  else if (shown.status >= 500) edge.log.warn('a request was refused', { requestId, module: served.module, operation: served.operation, code: shown.code, reason: shown.message, ...(shown.cause === undefined ? {} : { error: shown.cause }) })
  return problem(shown, requestId, edge.publicUrl(), headers.get('authorization') !== null)
}

/** An answer that came too late for anybody to read. */
const drop = ({ body }: Answered): void => {
  if (body instanceof ReadableStream) void body.cancel().catch(() => {})
}

const secured = ({ requestId, edge }: Exchange, answered: Answered): Answered => {
  secure(answered.headers, requestId, edge.publicUrl().startsWith('https:'))
  return answered
}

/** The answer as it leaves, with what every answer carries; a promise only where a thread compresses it. */
const send = (exchange: Exchange, answered: Answered): Response | Promise<Response> => {
  const { edge, request } = exchange
  const { status, body, headers } = secured(exchange, answered)
  if (exchange.limits !== null) Object.assign(headers, exchange.limits)
  if (edge.cors.on) {
    const origin = exchange.headers.get('origin')
    if (edge.cors.allows(origin)) allowOrigin(headers, origin)
    vary(headers, 'Origin')
  }
  const { etag } = headers
  if (etag !== undefined && status === 200 && (request.method === 'GET' || request.method === 'HEAD')) {
    const given = exchange.headers.get('if-none-match')
    if (given !== null && isKnown(etag, given)) {
      drop({ status, body, headers })
      delete headers['content-type']
      return leave(exchange, { status: 304, body: null, headers })
    }
  }
  const bodiless = request.method === 'HEAD'
  if (!edge.settings.compression || (body === null && !bodiless) || !isCompressible(headers['content-type'])) return leave(exchange, answered)
  vary(headers, 'Accept-Encoding')
  if (body === null || bodiless || (etag !== undefined && !etag.startsWith('W/')) || headers['content-encoding'] !== undefined) return leave(exchange, answered)
  const stream = body instanceof ReadableStream
  if (!stream && !isWorthIt(body)) return leave(exchange, answered)
  const encoding = chooseEncoding(exchange.headers.get('accept-encoding'), stream ? ['gzip'] : ['br', 'gzip'])
  if (encoding === null) return leave(exchange, answered)
  headers['content-encoding'] = encoding
  delete headers['content-length']
  if (stream) return leave(exchange, { ...answered, body: compressStream(body) })
  const smaller = compress(body, encoding)
  return smaller instanceof Promise ? smaller.then((bytes) => leave(exchange, { ...answered, body: bytes })) : leave(exchange, { ...answered, body: smaller })
}

const vary = (headers: Answered['headers'], name: string): void => {
  headers['vary'] = headers['vary'] === undefined ? name : `${headers['vary']}, ${name}`
}

const leave = (exchange: Exchange, { status, body, headers: one, cookies }: Answered): Response => {
  // A record takes one Set-Cookie.
  const headers: Record<string, string> | [string, string][] = cookies === undefined ? one : [...Object.entries(one), ...cookies.map((cookie): [string, string] => ['set-cookie', cookie])]
  const head = exchange.request.method === 'HEAD'
  if (body instanceof ReadableStream) {
    if (!head) return new Response(counted(body, (bytes, error) => settle(exchange, status, bytes, error)), { status, headers })
    drop({ status, body, headers: one })
    settle(exchange, status, 0)
    return new Response(null, { status, headers })
  }
  const bytes = body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  if (head && body !== null) one['content-length'] = String(bytes)
  settle(exchange, status, head ? 0 : bytes)
  return new Response(head ? null : body, { status, headers })
}

/** A stream that tells how many bytes of it were read, once it ends, fails or is given up. */
const counted = (body: ReadableStream<Uint8Array>, ended: (bytes: number, error?: unknown) => void): ReadableStream<Uint8Array> => {
  const reader = body.getReader()
  let bytes = 0
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) {
          controller.close()
          ended(bytes)
        } else {
          bytes += value.byteLength
          controller.enqueue(value)
        }
      } catch (error) {
        controller.error(error)
        ended(bytes, error)
      }
    },
    async cancel(reason) {
      ended(bytes)
      await reader.cancel(reason)
    },
  }, { highWaterMark: 0 })
}

/** The one log line and the one count of a request. */
const settle = ({ edge, served, request, requestId, caller, startedAt, noted }: Exchange, status: number, bytes: number, error?: unknown): void => {
  const ms = performance.now() - startedAt
  const { module, operation, route } = served
  edge.observe({ module, operation, status, ms, bytes })
  // Probes come every second, from several places: what they find is in the log of whoever asks.
  edge.log[served.counted ? 'info' : 'debug']('request', {
    method: request.method, route, status, ms: Math.round(ms * 100) / 100, bytes, requestId, module, operation,
    caller: caller.is === 'user' ? caller.id : caller.is, ...noted,
  })
  if (error !== undefined) edge.log.error('an answer broke off', { requestId, module, operation, error })
}

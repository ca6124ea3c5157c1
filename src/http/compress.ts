import { promisify } from 'node:util'
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib'

export type Encoding = 'br' | 'gzip'

const LEAST_BYTES = 1024
/** Up to here compressing takes less time than handing it to a thread. */
const MOST_BYTES_AT_ONCE = 32 * 1024
const compressible = /^(?:text\/|image\/svg\+xml|application\/(?:[\w.+-]*\+)?(?:json|xml|javascript)\b)/
const gzipOptions = { level: 1 }
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const inThread = { br: promisify(brotliCompress), gzip: promisify(gzip) }

export const isCompressible = (contentType: string | undefined): boolean => contentType !== undefined && compressible.test(contentType)

/** The first of these that the client takes (RFC 9110 §12.5.3): by its weights, then by our order; a weight of 0 is a no. */
export const chooseEncoding = (accepted: string | null, ours: readonly Encoding[]): Encoding | null => {
  if (accepted === null || accepted === '') return null
  const weights = new Map<string, number>()
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';')
    const q = parameters.map((one) => one.trim()).find((one) => one.startsWith('q='))
    weights.set(name.trim(), q === undefined ? 1 : Number(q.slice(2)) || 0)
  }
  let best: Encoding | null = null
  let most = 0
  for (const name of ours) {
    const weight = weights.get(name) ?? weights.get('*') ?? 0
    if (weight > most) [best, most] = [name, weight]
  }
  return best
}

export const isWorthIt = (body: string | Uint8Array): boolean =>
  body.length >= LEAST_BYTES || (typeof body === 'string' && Buffer.byteLength(body) >= LEAST_BYTES)

export const compress = (body: string | Uint8Array, encoding: Encoding): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> => {
  if (body.length > MOST_BYTES_AT_ONCE) return encoding === 'br' ? inThread.br(body, brotliOptions) : inThread.gzip(body, gzipOptions)
  return encoding === 'br' ? brotliCompressSync(body, brotliOptions) : gzipSync(body, gzipOptions)
}

/** A stream's bytes compressed as they come. */
export const compressStream = (body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> => body.pipeThrough(new CompressionStream('gzip'))

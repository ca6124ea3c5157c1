import { isFault } from '../contract/fault.ts'
import { bodyTooLarge, invalidInput, unsupportedMediaType } from '../contract/faults.ts'

const JSON_TYPE = /^application\/(?:json|merge-patch\+json)\s*(?:;\s*charset="?utf-8"?\s*)?$/i
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i
export const DEFAULT_BODY_BYTES = 1024 * 1024

/** Bytes a request says it brings: 0 where it has no body, null where it does not say. */
export const announcedBytes = (headers: Headers): number | null => {
  const length = headers.get('content-length')
  if (length !== null) return /^\d{1,15}$/.test(length) ? Number(length) : Infinity
  return headers.get('transfer-encoding') === null && headers.get('content-type') === null ? 0 : null
}

export const tooLarge = (most: number) => bodyTooLarge(`The body is larger than ${most} bytes`)

/** Refuses another content type than `application/json` or, where forms are taken, a form's; answers whether it is one. */
export const isForm = (contentType: string | null, formsToo: boolean): boolean => {
  if (contentType !== null && JSON_TYPE.test(contentType)) return false
  if (formsToo && contentType !== null && FORM_TYPE.test(contentType)) return true
  throw unsupportedMediaType('This operation takes application/json', { headers: { accept: 'application/json' } })
}

/** Refuses what is not of this media type; parameters such as charset do not matter. */
export const expectType = (contentType: string | null, wanted: string): void => {
  const [type = ''] = (contentType ?? '').split(';')
  if (type.trim().toLowerCase() !== wanted) throw unsupportedMediaType(`This operation takes ${wanted}`, { headers: { accept: wanted } })
}

/** A body's bytes, refused while they come in once they are too many. */
export const readBytes = async (request: Request, announced: number | null, most: number): Promise<ArrayBuffer | Uint8Array> => {
  if (announced === 0) return new Uint8Array(0)
  try {
    return await readAll(request, announced, most)
  } catch (error) {
    throw isFault(error) ? error : invalidInput('The body did not arrive whole')
  }
}

const readAll = async (request: Request, announced: number | null, most: number): Promise<ArrayBuffer | Uint8Array> => {
  if (announced !== null) {
    const bytes = await request.arrayBuffer()
    if (bytes.byteLength > most) throw tooLarge(most)
    return bytes
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunksOf(request, most)) {
    size += chunk.byteLength
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/**
 * A body's chunks, ended with a refusal once they are too many. What is not wanted any more has to be taken all the
 * same, else its sender meets a reset instead of the refusal: Deno does that with a body that is cancelled, Node with
 * one that is left alone (see listen.ts), for there cancelling cuts the connection.
 */
async function* chunksOf(request: Request, most: number): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader()
  let size = 0
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read()
      if (done) return
      size += value.byteLength
      if (size > most) throw tooLarge(most)
      yield value
    }
  } finally {
    if ('Deno' in globalThis) void reader?.cancel().catch(() => {})
  }
}

/** A body as it comes. Whoever reads it may stop at any time. */
export const boundedStream = (request: Request, most: number): ReadableStream<Uint8Array> => ReadableStream.from(chunksOf(request, most))

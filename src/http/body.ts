import { isFault } from '../contract/fault.ts'
import { bodyTooLarge, invalidInput, unsupportedMediaType } from '../contract/faults.ts'

const JSON_TYPE = /^application\/(?:json|merge-patch\+json)\s*(?:;\s*charset="?utf-8"?\s*)?$/i
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i
export const DEFAULT_BODY_BYTES = 1024 * 1024
/** How much of a body nobody wants is still read, so that its sender reads the refusal instead of a reset. */
const MOST_DISCARDED_BYTES = 32 * 1024 * 1024

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
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > most) throw tooLarge(most)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** A body as it comes, ended with a refusal once it is too long. */
export const boundedStream = (request: Request, most: number): ReadableStream<Uint8Array> => {
  const body = request.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() })
  if (most === Infinity) return body
  let size = 0
  return body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.byteLength
      if (size > most) controller.error(tooLarge(most))
      else controller.enqueue(chunk)
    },
  }))
}

/** Reads away what is left of a body after a refusal, within bounds. */
export const discard = async (request: Request, deadline: AbortSignal): Promise<void> => {
  if (request.body === null || request.bodyUsed || request.body.locked) return
  let size = 0
  const reader = request.body.getReader()
  const stop = () => void reader.cancel().catch(() => {})
  deadline.addEventListener('abort', stop, { once: true })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      size += value?.byteLength ?? 0
      if (done || size > MOST_DISCARDED_BYTES) break
    }
  } catch {
    // The sender went away: nobody waits for the refusal.
  } finally {
    deadline.removeEventListener('abort', stop)
    stop()
  }
}

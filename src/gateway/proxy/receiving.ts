import type { World } from '../../module/world.ts'
import type { Body } from '../../http/answer.ts'
import { type Alarm, alarmsOf } from '../../module/alarms.ts'
import type { Connection, Receiver } from './connection.ts'
import { Failure } from './failure.ts'
import type { Head } from './head.ts'

/** An answer: a body that says it is small has come whole, a larger one comes as a stream. */
export interface Received { head: Head; body: Uint8Array | ReadableStream<Uint8Array> | null }

const SMALL_BYTES = 256 * 1024
/** A stream that is wanted and brings nothing for so long is broken. */
const STALLED_MS = 30_000

export interface Receiving {
  receiver: Receiver
  answer: Promise<Received>
  /** Where the answer is read from, once the request is under way. */
  from(connection: Connection): void
}

/** Takes one answer. `begun` is told of its head and whether it comes as a stream, `over` of the end of everything, with what went wrong if anything did. */
export const receive = (world: World, begun: (head: Head, streamed: boolean) => void, over: (why: Error | null) => void): Receiving => {
  let connection: Connection | null = null
  let head: Head | null = null
  let parts: Buffer[] = []
  let stream: ReadableStreamDefaultController<Uint8Array> | null = null
  let lastAt = 0
  let paused = false
  let done = false
  let resolve: (received: Received) => void = () => {}
  let reject: (why: Error) => void = () => {}
  const answer = new Promise<Received>((yes, no) => { resolve = yes; reject = no })

  let watching: Alarm | null = null
  const watch = (): void => {
    watching = alarmsOf(world).set(lastAt + STALLED_MS, () => {
      const now = world.now()
      if (paused) lastAt = now
      if (now - lastAt >= STALLED_MS) connection?.close(new Failure('broken', `nothing more came for ${STALLED_MS} ms`))
      else watch()
    })
  }
  const finish = (why: Error | null): void => {
    done = true
    if (watching !== null) alarmsOf(world).cancel(watching)
    over(why)
  }
  const streamed = (): ReadableStream<Uint8Array> => new ReadableStream<Uint8Array>({
    start(made) { stream = made },
    pull() {
      if (paused) lastAt = world.now()
      paused = false
      connection?.resume()
    },
    cancel() { if (!done) connection?.close(new Failure('given_up', 'the client went away')) },
  }, { highWaterMark: SMALL_BYTES, size: ({ byteLength }) => byteLength })

  return {
    answer,
    from(its) { connection = its },
    receiver: {
      begun(its) {
        head = its
        const small = typeof its.framing === 'number' && its.framing <= SMALL_BYTES
        begun(its, !small)
        if (small) return
        const body = streamed()
        lastAt = world.now()
        watch()
        resolve({ head: its, body })
      },
      took(part) {
        if (stream === null) return void parts.push(part)
        if (done) return
        lastAt = world.now()
        stream.enqueue(part)
        if ((stream.desiredSize ?? 0) > 0) return
        paused = true
        connection?.pause()
      },
      ended() {
        finish(null)
        if (stream !== null) return stream.close()
        if (head === null) return reject(new Failure('cut', 'nothing was answered'))
        const [first, second] = parts
        resolve({ head, body: first === undefined ? null : second === undefined ? first : Buffer.concat(parts) })
        parts = []
      },
      failed(why) {
        finish(why)
        if (stream === null) return reject(why)
        try {
          stream.error(why)
        } catch {
          // It was cancelled, which is why it failed.
        }
      },
    },
  }
}

/** An answer's body as text, however it came. */
export const textOf = async (body: Body): Promise<string> => {
  if (!(body instanceof ReadableStream)) return typeof body === 'string' ? body : Buffer.from(body ?? []).toString()
  let text = ''
  for await (const part of body.pipeThrough(new TextDecoderStream())) text += part
  return text
}

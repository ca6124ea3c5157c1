import { alarmsOf } from '../../module/alarms.ts'
import type { World } from '../../module/world.ts'
import { Failure } from './failure.ts'
import type { Instance } from './instance.ts'
import { type Received, receive } from './receiving.ts'

/** A request as it is sent on. */
export interface Onward {
  method: string
  /** Path and query, in the one form that was routed by. */
  target: string
  /** Header lines, each with its end; Host and what frames the body are added. */
  lines: string
  body: Uint8Array | ReadableStream<Uint8Array> | null
  /** Of a stream, where its client has said so. */
  bodyBytes: number | null
  /** May be sent once more although the first may have had its effect. */
  repeatable: boolean
  /** How long its answer may take to begin. */
  answerMs: number
  /** When its answer must have come, unless it is a stream; on the world's clock. */
  endsAt: number
  /** Calls back where the client has gone, until what it answers is called. */
  gone: (told: () => void) => () => void
  /** Told whom it is sent to, and after how many retries. */
  asks: (instance: string, retries: number) => void
}

/** One request to one instance. */
export interface Attempt {
  /** Kept once the answer is there, whole or as a stream. */
  answer: Promise<Received>
  /** Ends it, if it has not ended: its connection may be another's by then. */
  giveUp(): void
}

const bodilessMethods = new Set(['GET', 'HEAD', 'DELETE'])

const framing = ({ method, body, bodyBytes }: Onward): string => {
  if (body instanceof ReadableStream) return bodyBytes === null ? 'transfer-encoding: chunked\r\n' : `content-length: ${bodyBytes}\r\n`
  return body !== null || !bodilessMethods.has(method) ? `content-length: ${body?.byteLength ?? 0}\r\n` : ''
}

/**
 * Asks an instance once. `over` is told when all of it has ended, also that of a stream: the answer's status, 0 where there is
 * none, and what went wrong.
 */
export const attempt = (world: World, instance: Instance, onward: Onward, fresh: boolean, over: (status: number, why: Error | null) => void): Attempt => {
  const { method, target, lines, body, bodyBytes, answerMs, endsAt } = onward
  const alarms = alarmsOf(world)
  let status = 0
  let ended = false
  instance.inFlight += 1
  const late = (): void => connection.close(new Failure(status === 0 ? 'late' : 'broken', 'it took too long'))
  let alarm = alarms.set(Math.min(endsAt, world.now() + answerMs), late)
  const { receiver, answer, from } = receive(world, (head, streamed) => {
    status = head.status
    // A stream is watched for standing still instead.
    if (streamed) alarms.cancel(alarm)
    else if (alarm.at < endsAt && head.framing !== 0) {
      alarms.cancel(alarm)
      alarm = alarms.set(endsAt, late)
    }
  }, (why) => {
    ended = true
    alarms.cancel(alarm)
    instance.inFlight -= 1
    over(status, why)
  })
  const connection = instance.pool.send({
    head: `${method} ${target} HTTP/1.1\r\nhost: ${instance.authority}\r\n${lines}${framing(onward)}\r\n`,
    body, chunked: body instanceof ReadableStream && bodyBytes === null, bodiless: method === 'HEAD',
  }, receiver, fresh)
  from(connection)
  return { answer, giveUp() { if (!ended) connection.close(new Failure('given_up', 'the client went away')) } }
}

import { within } from '../../module/alarms.ts'
import type { World } from '../../module/world.ts'
import { type Instance, didWell } from './instance.ts'
import { receive, textOf } from './receiving.ts'

/** What an instance said of itself, or that it said nothing. */
type Said = 'ready' | 'unready' | 'ending' | 'nothing'

const ANSWER_MS = 2000
const FAILS = 2
const PASSES = 2
/** One that is away is asked more often: nobody waits for it to come back longer than need be. */
const HURRY = 4

const askOne = async (world: World, { authority, pool }: Instance): Promise<Said> => {
  const { receiver, answer } = receive(world, () => {}, () => {})
  // Over a connection of its own: a probe is to find out whether there still is one.
  const connection = pool.send({ head: `GET /health/ready HTTP/1.1\r\nhost: ${authority}\r\nconnection: close\r\n\r\n`, body: null, chunked: false, bodiless: false }, receiver, true)
  try {
    const said = await within(world, ANSWER_MS, answer.then(async (received) => ({ status: received.head.status, text: await textOf(received.body) })), null)
    if (said === null) return 'nothing'
    if (said.status < 300) return 'ready'
    return said.text.includes('"ending"') ? 'ending' : 'unready'
  } catch {
    return 'nothing'
  } finally {
    connection.close(new Error('the probe is over'))
  }
}

/**
 * Asks an instance again and again for its readiness. So many bad answers in a row take it out and so many good ones bring it
 * back; one that says it is about to end goes at once. `changed` is told of both, `seen` of every good answer.
 */
export const probe = async (world: World, instance: Instance, everyMs: number, end: AbortSignal, changed: (said: Said) => void, seen: () => void): Promise<void> => {
  let fails = 0
  let nothing = 0
  let passes = 0
  while (!end.aborted) {
    const said = await askOne(world, instance)
    if (end.aborted) return
    fails = said === 'ready' ? 0 : fails + 1
    nothing = said === 'nothing' ? nothing + 1 : 0
    passes = said === 'ready' ? passes + 1 : 0
    instance.silent = nothing >= FAILS
    if (said === 'ready') seen()
    if (instance.ready && (said === 'ending' || fails >= FAILS)) {
      instance.ready = false
      changed(said)
    } else if (!instance.ready && passes >= PASSES) {
      instance.ready = true
      instance.ejectedUntil = 0
      didWell(instance)
      changed(said)
    }
    instance.pool.sweep()
    await world.sleep(instance.ready ? everyMs : Math.ceil(everyMs / HURRY), end).catch(() => {})
  }
}

import type { Channel, GetMessage } from 'amqplib'
import type { DeadLetter, DeadLetters } from '../bus.ts'
import type { Names } from '../topology.ts'
import { letterOf, propertiesOf } from './messages.ts'
import type { Publishing } from './publishing.ts'

export interface LettersOptions {
  names: Names
  /** Every module that may have some. */
  modules(): readonly string[]
  /** A channel of its own; rejects while the broker is away. */
  channel(): Promise<Channel>
  publishing: Pick<Publishing, 'send'>
}

/** How often the broker is asked whether what was put back is back. */
const looks = 100

/**
 * The dead letters, in a queue a module. A queue can only be read by taking: who looks for one takes those before it as well
 * and puts them back, so while one process looks another may see none.
 */
export const createLetters = ({ names, modules, channel: open, publishing }: LettersOptions): DeadLetters => {
  let turn: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work)
    turn = mine.catch(() => {})
    return mine
  }
  const onChannel = async <T>(work: (channel: Channel) => Promise<T>): Promise<T> => {
    const channel = await open()
    channel.on('error', () => {})
    try {
      return await work(channel)
    } finally {
      await channel.close().catch(() => {})
    }
  }
  const depth = (module: string) => onChannel(async (channel) => (await channel.checkQueue(names.dead(module))).messageCount)

  /** Takes a module's letters one by one until `keep` says no to one, which leaves the queue. */
  const through = (module: string, keep: (letter: DeadLetter, message: GetMessage) => Promise<boolean>): Promise<boolean> => alone(async () => {
    let before = 0
    const taken = await onChannel(async (channel) => {
      before = (await channel.checkQueue(names.dead(module))).messageCount
      for (let left = before; left > 0; left--) {
        const message = await channel.get(names.dead(module))
        if (message === false) return false
        if (await keep(letterOf(module, message), message)) continue
        channel.ack(message)
        return true
      }
      return false
    })
    // The channel's end puts the rest back, soon.
    for (let look = 0; look < looks && await depth(module) < before - (taken ? 1 : 0); look++);
    return taken
  })
  const find = async (id: string, act: (letter: DeadLetter, message: GetMessage) => Promise<boolean>): Promise<boolean> => {
    const module = id.split(':', 1)[0] ?? ''
    return modules().includes(module) && through(module, async (letter, message) => letter.id !== id || act(letter, message))
  }

  return {
    async list() {
      const letters: DeadLetter[] = []
      for (const module of modules()) await through(module, async (letter) => { letters.push(letter); return true })
      return letters.sort((a, b) => (a.lastAt < b.lastAt ? -1 : a.lastAt > b.lastAt ? 1 : a.id < b.id ? -1 : 1))
    },
    count: () => alone(async () => {
      const counts = await Promise.all(modules().map(async (module) => ({ module, count: await depth(module) })))
      return counts.filter(({ count }) => count > 0).sort((a, b) => (a.module < b.module ? -1 : 1))
    }),
    async show(id) {
      const found: DeadLetter[] = []
      await find(id, async (letter) => { found.push(letter); return true })
      return found[0] ?? null
    },
    replay: (id) => find(id, async ({ module }, message) => {
      await publishing.send([{ exchange: '', key: names.queue(module), body: message.content, about: propertiesOf(message) }])
      return false
    }),
    drop: (id) => find(id, async () => false),
  }
}

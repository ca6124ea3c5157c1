import type { Channel, ChannelModel, Options } from 'amqplib'
import type { Hearing, Names } from '../topology.ts'

/** A queue or exchange that stands on the broker already, and otherwise: only a person can tell what is to become of it. */
export class DeclaredOtherwise extends Error {
  override readonly name = 'DeclaredOtherwise'
}

/** More deaths of its consumer than this, and the broker itself puts a message to the dead letters: it kills whoever takes it. */
const deathsAtMost = 100
/** Reading the dead letters puts them back, which some versions count. */
const never = 1_000_000_000

const quorum = (about: Record<string, unknown>): Options.AssertQueue => ({ durable: true, arguments: { 'x-queue-type': 'quorum', ...about } })
/** A message leaves its queue for the next only when that one holds it. */
const onward = { 'x-dead-letter-exchange': '', 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }

const isCode = (error: unknown, code: number): boolean => error instanceof Error && 'code' in error && error.code === code

/** Runs on a channel of its own, which a refusal closes. */
export const declaring = async (model: ChannelModel, work: (channel: Channel) => Promise<void>): Promise<void> => {
  const channel = await model.createChannel()
  channel.on('error', () => {})
  try {
    await work(channel)
  } catch (error) {
    // 406 PRECONDITION_FAILED names the queue and both values.
    if (!isCode(error, 406)) throw error
    const [, what = String(error)] = /"([^"]*)"/.exec(String(error)) ?? []
    throw new DeclaredOtherwise(`${what}. It was declared by something else or by another version of the shop. `
      + 'Let what is in it be dealt with (or move it away), delete it with rabbitmqctl delete_queue, and it is declared anew', { cause: error })
  }
  await channel.close()
}

/** What all modules share. */
export const declareShared = async (channel: Channel, names: Names, retryMs: readonly number[]): Promise<void> => {
  await Promise.all([
    channel.assertExchange(names.events, 'topic', { durable: true }),
    ...retryMs.flatMap((ms) => {
      const name = names.retry(ms)
      return [
        channel.assertExchange(name, 'fanout', { durable: true }),
        channel.assertQueue(name, quorum({ ...onward, 'x-message-ttl': ms })),
        channel.bindQueue(name, name, ''),
      ]
    }),
  ])
}

/** A hearing module's queue and its dead letters: by the hearer, and by whoever publishes. */
export const declareHearing = async (channel: Channel, names: Names, { module, types }: Hearing): Promise<void> => {
  const [queue, dead] = [names.queue(module), names.dead(module)]
  await Promise.all([
    channel.assertQueue(dead, quorum({ 'x-delivery-limit': never })),
    channel.assertQueue(queue, quorum({ ...onward, 'x-dead-letter-routing-key': dead, 'x-delivery-limit': deathsAtMost })),
    ...types.map((type) => channel.bindQueue(queue, names.events, type)),
  ])
}

/** Where nobody answers it must not stand for long: a call is then refused at once. A restart of the broker leaves it without consumers. */
const unusedMs = 10_000

export const declareCalls = async (channel: Channel, names: Names, module: string): Promise<void> => {
  await channel.assertQueue(names.calls(module), { durable: true, autoDelete: true, expires: unusedMs })
}

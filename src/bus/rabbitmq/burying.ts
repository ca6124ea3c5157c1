import type { DeadLetter } from '../bus.ts'
import { namesOn } from '../topology.ts'
import { atBroker } from './connecting.ts'
import { messageOf } from './messages.ts'

/** Puts another bus's dead letters with those of a broker whose queues are declared; resolves when it holds them durably. */
export const bury = ({ url, prefix }: { url: string; prefix?: string }, letters: readonly DeadLetter[]): Promise<void> => atBroker(url, async (model) => {
  const names = namesOn(prefix)
  const channel = await model.createConfirmChannel()
  let lost = 0
  channel.on('error', () => {}).on('return', () => { lost++ })
  for (const letter of letters) {
    const { key, body, about } = messageOf(letter, names.dead(letter.module))
    channel.publish('', key, body, about)
  }
  await channel.waitForConfirms()
  if (lost > 0) throw new Error(`${lost} of ${letters.length} dead letters found no queue at the broker`)
})

import type { DeadLetter } from '../bus.ts'
import { namesOn } from '../topology.ts'
import { connectTo } from './connecting.ts'
import { messageOf } from './messages.ts'
import { brokers } from './urls.ts'

/** Puts another bus's dead letters with those of a broker whose queues are declared; resolves when it holds them durably. */
export const bury = async ({ url, prefix }: { url: string; prefix?: string }, letters: readonly DeadLetter[]): Promise<void> => {
  const names = namesOn(prefix)
  let failed: unknown
  for (const broker of brokers(url)) {
    const opened = await connectTo(broker, 'mercado command').catch((error: unknown) => { failed = error })
    if (opened === undefined) continue
    try {
      const channel = await opened.model.createConfirmChannel()
      let lost = 0
      channel.on('error', () => {}).on('return', () => { lost++ })
      for (const letter of letters) {
        const { key, body, about } = messageOf(letter, names.dead(letter.module))
        channel.publish('', key, body, about)
      }
      await channel.waitForConfirms()
      if (lost > 0) throw new Error(`${lost} of ${letters.length} dead letters found no queue at the broker`)
      return
    } finally {
      await opened.model.close().catch(() => opened.cut())
    }
  }
  throw failed
}

import type { ChannelModel } from 'amqplib'
import type { Contract } from '../../contract/contract.ts'
import { hearings, namesOn, retryStepsMs } from '../topology.ts'
import { connectTo } from './connecting.ts'
import { brokers } from './urls.ts'

/** How many events wait in a queue: for the module that it names, or for their next attempt. */
export interface Depth { queue: string; count: number }

const NOT_FOUND = 404

const depthOf = async (model: ChannelModel, queue: string): Promise<Depth> => {
  const channel = await model.createChannel()
  channel.on('error', () => {})
  try {
    const { messageCount } = await channel.checkQueue(queue)
    await channel.close()
    return { queue, count: messageCount }
  } catch (error) {
    // The broker has closed the channel.
    if (error instanceof Error && 'code' in error && error.code === NOT_FOUND) return { queue, count: 0 }
    throw error
  }
}

/** Events on their way at one broker, queue by queue; those that a hearer has in its hands are in none. */
export const queueDepths = async ({ url, contracts, prefix }: { url: string; contracts: readonly Contract[]; prefix?: string }): Promise<Depth[]> => {
  const names = namesOn(prefix)
  let failed: unknown
  for (const broker of brokers(url)) {
    const opened = await connectTo(broker, 'mercado command').catch((error: unknown) => { failed = error })
    if (opened === undefined) continue
    try {
      return await Promise.all([...hearings(contracts).map(({ module }) => names.queue(module)), ...retryStepsMs.map((ms) => names.retry(ms))]
        .map((queue) => depthOf(opened.model, queue)))
    } finally {
      await opened.model.close().catch(() => opened.cut())
    }
  }
  throw failed
}

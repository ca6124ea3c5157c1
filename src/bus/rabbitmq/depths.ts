import type { ChannelModel } from 'amqplib'
import type { Contract } from '../../contract/contract.ts'
import { hearings, namesOn, retryStepsMs } from '../topology.ts'
import { atBroker } from './connecting.ts'

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
export const queueDepths = ({ url, contracts, prefix }: { url: string; contracts: readonly Contract[]; prefix?: string }): Promise<Depth[]> => {
  const names = namesOn(prefix)
  const queues = [...hearings(contracts).map(({ module }) => names.queue(module)), ...retryStepsMs.map((ms) => names.retry(ms))]
  return atBroker(url, (model) => Promise.all(queues.map((queue) => depthOf(model, queue))))
}

import type { ChannelModel, SocketOptions } from 'amqplib'
import { brokers, userOf } from './urls.ts'

/** Found dead after two of them: TCP alone takes minutes. */
const heartbeatS = 15
const connectMs = 5000

/** A connection as it was opened. */
export interface Opened {
  model: ChannelModel
  user: string
  /** Cuts it at once, whatever the broker does. */
  cut(): void
}

/** Opens one connection to one broker. */
export const connectTo = async (broker: URL, name: string): Promise<Opened> => {
  const { connect } = await import('amqplib')
  const cutting = new AbortController()
  const url = new URL(broker)
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(heartbeatS))
  const options: SocketOptions & { signal: AbortSignal } = {
    noDelay: true, timeout: connectMs, signal: cutting.signal, clientProperties: { connection_name: name },
  }
  const model = await connect(url.href, options)
  // Whoever waits for something on it is told; nobody listening would end the process.
  model.on('error', () => {})
  return { model, user: userOf(broker), cut: () => cutting.abort() }
}

/** Does a command's work at the first of these brokers that can be reached. */
export const atBroker = async <T>(url: string, work: (model: ChannelModel) => Promise<T>): Promise<T> => {
  let failed: unknown
  for (const broker of brokers(url)) {
    const opened = await connectTo(broker, 'mercado command').catch((error: unknown) => { failed = error })
    if (opened === undefined) continue
    try {
      return await work(opened.model)
    } finally {
      await opened.model.close().catch(() => opened.cut())
    }
  }
  throw failed
}

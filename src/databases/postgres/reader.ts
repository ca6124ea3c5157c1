import { type Client, type ClientOptions, connectTo } from './client.ts'
import type { Deadlines } from './in-time.ts'

/** Connections for reads, where one may wait behind another. */
export interface Reader {
  on<T>(ask: (client: Client) => Promise<T>): Promise<T>
  end(): Promise<void>
}

/** Where an answer does not come in time, all connections are thrown away, and new ones opened with the next read. */
export const openReader = async (options: Omit<ClientOptions, 'closed'>, { inTime }: Deadlines): Promise<Reader> => {
  let current = await connectTo(options)
  return {
    on(ask) {
      const client = current
      return inTime(ask(client), () => {
        if (client !== current) return
        void connectTo(options).then((fresh) => { current = fresh })
        void client.end({ timeout: 0 })
      })
    },
    end: () => current.end({ timeout: 2 }),
  }
}

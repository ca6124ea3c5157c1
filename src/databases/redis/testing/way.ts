import { type Socket, connect, createServer } from 'node:net'

/** A way to a server, for tests: it can be cut, and answers be kept back on it. */
export interface Way {
  /** The server's, over this way. */
  readonly url: string
  /** Ends what is connected, and refuses what comes. */
  cut(): void
  mend(): void
  /** What is sent arrives, and nothing comes back. */
  mute(): void
  /** Resolves when something was answered that is kept back. */
  muted(): Promise<void>
  /** How often somebody connected. */
  connected(): number
  close(): void
}

export const wayTo = async (url: string): Promise<Way> => {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()
  let isCut = false
  let isMute = false
  let count = 0
  let heard = () => {}
  const kept = new Promise<void>((resolve) => { heard = resolve })
  const relay = createServer((from) => {
    if (isCut) return from.destroy()
    count++
    const to = connect(Number(port), hostname)
    for (const [one, another] of [[from, to], [to, from]] as const) {
      open.add(one)
      one.on('data', (chunk) => {
        if (one === to && isMute) heard()
        else another.write(chunk)
      })
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        another.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => { relay.listen(0, '127.0.0.1', resolve) })
  const address = relay.address()
  const place = new URL(url)
  place.port = String(address !== null && typeof address === 'object' ? address.port : 0)
  const end = () => { for (const socket of open) socket.destroy() }
  return {
    url: place.href,
    cut() {
      isCut = true
      end()
    },
    mend() {
      isCut = false
      isMute = false
    },
    mute() { isMute = true },
    muted: () => kept,
    connected: () => count,
    close() {
      end()
      relay.close()
    },
  }
}

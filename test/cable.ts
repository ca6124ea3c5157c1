import { connect, createServer, type Socket } from 'node:net'

/** The way between a client and a server, which a test can cut or hold up. */
export interface Cable {
  /** Where the client finds the server. */
  url: string
  /** Ends every connection, as when somebody pulls the plug. New ones come through. */
  cut(): void
  /** Nothing passes in either direction any more, and nobody is told. */
  hold(): void
  /** What the client sends still arrives, and nothing of what the server says to it. */
  deafen(): void
  /** What was held passes, and all that comes after. */
  release(): void
  /** Cut for good. */
  close(): void
}

export const cableTo = (server: string): Promise<Cable> => new Promise((resolve) => {
  const there = new URL(server)
  const sockets = new Set<Socket>()
  const answering = new Set<Socket>()
  let held = false
  const listener = createServer((client) => {
    const onward = connect(Number(there.port), there.hostname)
    answering.add(onward)
    onward.on('close', () => { answering.delete(onward) })
    for (const [from, to] of [[client, onward], [onward, client]] as const) {
      sockets.add(from)
      from.setNoDelay(true)
      from.on('data', (chunk) => { to.write(chunk) })
      from.on('error', () => {})
      from.on('close', () => { sockets.delete(from); to.destroy() })
      if (held) from.pause()
    }
  })
  const cut = () => { for (const socket of sockets) socket.destroy() }
  listener.listen(0, '127.0.0.1', () => {
    listener.unref()
    const address = listener.address()
    const here = new URL(server)
    here.port = String(typeof address === 'object' ? address?.port : '')
    resolve({
      url: here.href, cut,
      hold() { held = true; for (const socket of sockets) socket.pause() },
      deafen() { for (const socket of answering) socket.pause() },
      release() { held = false; for (const socket of sockets) socket.resume() },
      close() { listener.close(); cut() },
    })
  })
})

import type { Socket } from 'node:net'

const lineEnd = Buffer.from('\r\n')
const lastChunk = Buffer.from('0\r\n\r\n')

/**
 * Sends a body as it comes, no faster than it is taken: what the socket has not yet passed on holds up its reading. Answers
 * whether all of it was sent; with the request over before that, the rest is not read.
 */
export const sendBody = async (socket: Socket, body: ReadableStream<Uint8Array>, chunked: boolean, wanted: () => boolean): Promise<boolean> => {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (!wanted()) return false
      if (done) {
        if (chunked) socket.write(lastChunk)
        return true
      }
      if (value.byteLength === 0) continue
      if (!write(socket, value, chunked)) await drained(socket)
    }
  } finally {
    void reader.cancel().catch(() => {})
  }
}

/** Whether more may come at once. */
const write = (socket: Socket, part: Uint8Array, chunked: boolean): boolean => {
  if (!chunked) return socket.write(part)
  socket.cork()
  socket.write(`${part.byteLength.toString(16)}\r\n`, 'latin1')
  socket.write(part)
  const more = socket.write(lineEnd)
  socket.uncork()
  return more
}

const drained = (socket: Socket): Promise<void> => new Promise((resolve) => {
  const go = () => {
    socket.off('drain', go).off('close', go)
    resolve()
  }
  if (socket.destroyed) resolve()
  else socket.on('drain', go).on('close', go)
})

import { createServer } from 'node:net'

/** The least a server can do: the same bytes for whatever comes. What the load reaches here is its own ceiling. */
const body = 'x'.repeat(1500)
const answer = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
createServer({ noDelay: true }, (socket) => {
  socket.on('data', () => socket.write(answer)).on('error', () => {})
}).listen(Number(process.env['PORT']), '127.0.0.1')

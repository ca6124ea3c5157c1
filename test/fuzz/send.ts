import { Agent, request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'

/** A request as it will be on the wire; unlike fetch, nothing of it is put right. */
export interface Wire { method: string; target: string; headers: Readonly<Record<string, string>>; body: Buffer | null }
/** An answer as it came. */
export interface Told { status: number; headers: Readonly<Record<string, string | string[] | undefined>>; type: string; text: string }

export interface Sender { send(wire: Wire): Promise<Told>; close(): void }

const unpacked = (encoding: string | undefined, bytes: Buffer): Buffer =>
  bytes.byteLength === 0 ? bytes : encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes

/** Sends over kept connections; whoever is not answered within `deadlineMs` is an error. */
export const sender = (url: string, deadlineMs: number): Sender => {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const { hostname, port } = new URL(url)
  return {
    send: ({ method, target, headers, body }) => new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(deadlineMs)
      const length = body === null ? {} : { 'content-length': String(body.byteLength) }
      const asked = request({ agent, hostname, port, method, path: target, headers: { ...length, ...headers }, signal }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
        answer.on('end', () => resolve({
          status: answer.statusCode ?? 0, headers: answer.headers,
          type: (answer.headers['content-type'] ?? '').split(';')[0] ?? '', text: unpacked(answer.headers['content-encoding'], Buffer.concat(chunks)).toString(),
        }))
      })
      asked.on('error', (error) => reject(signal.aborted ? new Error(`no answer within ${deadlineMs} ms`) : error))
      asked.end(body ?? undefined)
    }),
    close: () => agent.destroy(),
  }
}

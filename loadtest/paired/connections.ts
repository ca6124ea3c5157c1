import { connect, type Socket } from 'node:net'

/** A request's bytes, and what to do with its answer's head. */
export interface Sent { readonly bytes: Buffer; answered?(head: string): void }
/** What was answered: how many, in which time, and how long each took, sorted. */
export interface Loaded { readonly answered: number; readonly ms: number; readonly latencies: readonly number[]; readonly bytes: number }

export interface Load {
  port: number
  connections: number
  /** The next request, or null where there is none left. */
  next: () => Sent | null
  /** Nothing new is sent after this; what is under way is waited for. */
  ms?: number
}

const endOfHead = Buffer.from('\r\n\r\n')
const lengthLine = /\r\ncontent-length: *(\d+)/i

/**
 * Keeps so many connections busy, one request at a time each. It is written for this one purpose: a library's client
 * takes more time for a request than the servers measured here, and on two cores it would be what is measured.
 */
export const load = async ({ port, connections, next, ms = Infinity }: Load): Promise<Loaded> => {
  const latencies: number[] = []
  let bytes = 0
  const from = performance.now()
  const one = () => new Promise<void>((resolve, reject) => {
    let sent: Sent | null = null
    let sentAt = 0
    let head: Buffer | null = null
    /** Bytes of the body still to come; -1 while the head is not whole. */
    let left = -1
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const send = (): void => {
      sentAt = performance.now()
      sent = sentAt - from < ms ? next() : null
      if (sent === null) {
        socket.destroy()
        return resolve()
      }
      left = -1
      head = null
      socket.write(sent.bytes)
    }
    const fail = (why: string): void => {
      socket.destroy()
      reject(new Error(`${why} to ${sent?.bytes.toString().split('\r\n', 1)[0] ?? 'nothing'}`))
    }
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('close', () => { if (sent !== null) fail('The connection was closed instead of an answer') })
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (left === -1) {
        head = head === null ? chunk : Buffer.concat([head, chunk])
        const end = head.indexOf(endOfHead)
        if (end === -1) return
        const text = head.toString('latin1', 0, end)
        if (text.charCodeAt(9) !== 0x32) return fail(`${head.toString().slice(0, 600)}\nwas answered`)
        left = Number(lengthLine.exec(text)?.[1] ?? 0) - (head.length - end - endOfHead.length)
        sent?.answered?.(text)
      } else left -= chunk.length
      if (left > 0) return
      latencies.push(performance.now() - sentAt)
      send()
    })
  })
  await Promise.all(Array.from({ length: connections }, one))
  return { answered: latencies.length, ms: performance.now() - from, latencies: latencies.sort((a, b) => a - b), bytes }
}

/** The value under which a share of sorted values lies. */
export const quantile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN

export const median = (values: readonly number[]): number => quantile([...values].sort((a, b) => a - b), 0.5)

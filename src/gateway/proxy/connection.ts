import { type Socket, connect } from 'node:net'
import { isFault } from '../../contract/fault.ts'
import { type Alarms } from '../../module/alarms.ts'
import { type Chunks, createChunks } from './chunks.ts'
import { Failure } from './failure.ts'
import { type Head, readHead } from './head.ts'
import { sendBody } from './sending.ts'

/** A request as it goes out over a connection. */
export interface Outgoing {
  /** With the empty line at its end. */
  head: string
  body: Uint8Array | ReadableStream<Uint8Array> | null
  /** The body goes in pieces that say their length. */
  chunked: boolean
  /** HEAD: its answer has no body. */
  bodiless: boolean
}

/** Who gets the answer, part by part. After `ended` or `failed` nothing more comes. */
export interface Receiver {
  begun(head: Head): void
  took(part: Buffer): void
  ended(): void
  failed(why: Error): void
}

export interface Place { host: string; port: number; connectMs: number; alarms: Alarms; now: () => number }

const endOfHead = Buffer.from('\r\n\r\n')
const MOST_HEAD_BYTES = 64 * 1024

/**
 * A connection to one instance: one request at a time, and then the next. It reads HTTP/1.1 as our own services speak it,
 * and refuses whatever is in doubt.
 */
export class Connection {
  readonly #socket: Socket
  readonly #onIdle: (connection: Connection) => void
  readonly #onClosed: (connection: Connection) => void
  /** When it fell idle, on the world's clock. */
  idleSince = 0
  #receiver: Receiver | null = null
  #outgoing: Outgoing | null = null
  #connected = false
  #reused = false
  #closed = false
  /** Of the request's body. */
  #allSent = false
  #pending: Buffer | null = null
  #head: Head | null = null
  #left = 0
  #chunks: Chunks | null = null

  constructor({ host, port, connectMs, alarms, now }: Place, onIdle: (connection: Connection) => void, onClosed: (connection: Connection) => void) {
    this.#onIdle = onIdle
    this.#onClosed = onClosed
    const socket = connect({ host, port, noDelay: true })
    this.#socket = socket
    const late = alarms.set(now() + connectMs, () => this.close(new Failure('unreached', `no connection within ${connectMs} ms`)))
    socket.on('connect', () => {
      alarms.cancel(late)
      this.#connected = true
      this.#write()
    })
    socket.on('data', (chunk: Buffer) => this.#data(chunk))
    socket.on('error', (error) => this.close(error))
    // What it sent after the last answer, or its end: it is of no more use.
    socket.on('end', () => this.#ended())
    socket.on('close', () => {
      alarms.cancel(late)
      this.close(new Error('the connection was closed'))
    })
  }

  /** Sends a request; it must be idle or new. */
  send(outgoing: Outgoing, receiver: Receiver): void {
    this.#receiver = receiver
    this.#outgoing = outgoing
    this.#head = null
    this.#allSent = false
    if (this.#connected) {
      this.#reused = true
      this.#write()
    }
  }

  pause(): void { this.#socket.pause() }
  resume(): void { this.#socket.resume() }

  /** Ends it, and with it the request that is under way. */
  close(why: Error): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.destroy()
    this.#onClosed(this)
    const receiver = this.#receiver
    this.#receiver = null
    receiver?.failed(why instanceof Failure || isFault(why) ? why : this.#failure(why))
  }

  #failure(why: Error): Failure {
    if (!this.#connected) return new Failure('unreached', why.message)
    if (this.#head !== null) return new Failure('broken', why.message)
    // An idle connection may be closed at any time; a request that met this was not refused by anybody.
    return new Failure(this.#reused && this.#pending === null ? 'stale' : 'cut', why.message)
  }

  #write(): void {
    const socket = this.#socket
    const outgoing = this.#outgoing
    if (outgoing === null) return
    const { head, body, chunked } = outgoing
    if (body instanceof ReadableStream) {
      socket.write(head, 'latin1')
      sendBody(socket, body, chunked, () => this.#outgoing === outgoing && !this.#closed).then(
        (whole) => { if (whole) this.#sent(outgoing) },
        // Only the client's side fails here: it broke off, or sent too much. That is not the instance's doing.
        (error: unknown) => { if (this.#outgoing === outgoing) this.close(isFault(error) ? error : new Failure('given_up', 'the client broke off its body')) })
      return
    }
    if (body === null || body.byteLength === 0) socket.write(head, 'latin1')
    else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body)
      socket.uncork()
    }
    this.#allSent = true
  }

  #sent(outgoing: Outgoing): void {
    if (this.#outgoing === outgoing) this.#allSent = true
  }

  #data(chunk: Buffer): void {
    let rest: Buffer | null = chunk
    while (rest !== null && rest.length > 0) {
      if (this.#receiver === null) return this.close(new Error('it answers what nobody asked'))
      rest = this.#head === null ? this.#readHead(rest) : this.#readBody(this.#head, rest)
    }
  }

  /** Answers what comes after the head, or null where it is not whole. */
  #readHead(bytes: Buffer): Buffer | null {
    const all = this.#pending === null ? bytes : Buffer.concat([this.#pending, bytes])
    this.#pending = all
    const end = all.indexOf(endOfHead)
    if (end === -1) {
      if (all.length > MOST_HEAD_BYTES) this.close(new Failure('cut', 'the head of its answer is too long'))
      return null
    }
    const head = readHead(all.toString('latin1', 0, end), this.#outgoing?.bodiless === true)
    if (head === null || head.status === 101) {
      this.close(new Failure('cut', 'it answered no HTTP that can be relied on'))
      return null
    }
    this.#pending = null
    const rest = all.subarray(end + endOfHead.length)
    // Interim answers, such as 100 and 103, come before the one that counts.
    if (head.status < 200) return rest
    this.#head = head
    this.#left = typeof head.framing === 'number' ? head.framing : 0
    this.#chunks = head.framing === 'chunked' ? createChunks() : null
    this.#receiver?.begun(head)
    if (head.framing === 0) this.#finish(head)
    return rest
  }

  #readBody({ framing }: Head, bytes: Buffer): Buffer | null {
    if (this.#chunks !== null) {
      const used = this.#chunks.read(bytes, (part) => this.#receiver?.took(part))
      if (used === null) this.close(new Error('its answer came in no pieces that can be read'))
      if (used === null || used === -1 || this.#head === null) return null
      this.#finish(this.#head)
      return bytes.subarray(used)
    }
    if (framing === 'until_closed') {
      this.#receiver?.took(bytes)
      return null
    }
    const part = bytes.length <= this.#left ? bytes : bytes.subarray(0, this.#left)
    this.#left -= part.length
    this.#receiver?.took(part)
    if (this.#left > 0 || this.#head === null) return null
    this.#finish(this.#head)
    return part.length === bytes.length ? null : bytes.subarray(part.length)
  }

  #ended(): void {
    if (this.#head?.framing === 'until_closed') this.#finish(this.#head)
    this.close(new Error('the connection was ended'))
  }

  #finish({ keepAlive }: Head): void {
    const receiver = this.#receiver
    this.#receiver = null
    this.#outgoing = null
    if (keepAlive && this.#allSent && !this.#closed) {
      this.#socket.resume()
      this.#onIdle(this)
    } else this.close(new Error('it is of no more use'))
    receiver?.ended()
  }
}

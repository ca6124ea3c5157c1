import { randomBytes } from 'node:crypto'
import type { World } from '../module/world.ts'

const pool = { bytes: new Uint8Array(0), at: 0 }
const take = (count: number): Uint8Array => {
  if (pool.at + count > pool.bytes.length) {
    pool.bytes = randomBytes(Math.max(4096, count))
    pool.at = 0
  }
  const from = pool.at
  pool.at += count
  return pool.bytes.slice(from, pool.at)
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const text = (bytes: Uint8Array): string => {
  let out = ''
  for (const [at, byte] of bytes.entries()) {
    if (at === 4 || at === 6 || at === 8 || at === 10) out += '-'
    out += hex[byte]
  }
  return out
}

/**
 * UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then a 12-bit counter that starts at random below half its
 * range each millisecond (method 1 of §6.2), so that ids of one process increase.
 */
export const idSource = (now: () => number, random: (bytes: number) => Uint8Array): (() => string) => {
  let last = 0
  let counter = 0
  return () => {
    const ms = now()
    const bytes = random(10)
    if (ms > last) {
      last = ms
      counter = (((bytes[8] ?? 0) << 8) | (bytes[9] ?? 0)) & 0x7ff
    } else if (++counter > 0xfff) {
      last += 1
      counter = 0
    }
    const id = new Uint8Array(16)
    id.set(bytes.subarray(0, 8), 8)
    for (let at = 0, rest = last; at < 6; at++, rest = Math.floor(rest / 256)) id[5 - at] = rest % 256
    id[6] = 0x70 | (counter >> 8)
    id[7] = counter & 0xff
    id[8] = 0x80 | ((id[8] ?? 0) & 0x3f)
    return text(id)
  }
}

/** A timer of more (25 days) would ring at once; who waits so long looks again. */
const LONGEST_MS = 2 ** 31 - 1

/** The real clock, ids and randomness of a process. */
export const realWorld = (): World => ({
  now: Date.now,
  id: idSource(Date.now, take),
  random: take,
  sleep: (ms, signal) => new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => { clearTimeout(timer); reject(signal?.reason) }
    const timer = setTimeout(() => { signal?.removeEventListener('abort', stop); resolve() }, Math.min(ms, LONGEST_MS))
    signal?.addEventListener('abort', stop, { once: true })
  }),
})

const MOST_LINE = 1024
const MOST_TRAILERS = 16 * 1024
const size = /^([0-9a-fA-F]{1,12})\s*(?:;|$)/

/** Reads a body in pieces that say their length (RFC 9112 §7.1). Trailers are dropped. */
export interface Chunks {
  /** Hands out what of the body is in these bytes. Answers how many were used once the body is whole, -1 where it is not yet, null where it is no such body. */
  read(bytes: Buffer, take: (part: Buffer) => void): number | null
}

export const createChunks = (): Chunks => {
  /** Bytes of the piece still to come; -2: its line end; -1: the next size line; -3: trailers. */
  let left = -1
  let line = ''
  let trailers = 0
  return {
    read(bytes, take) {
      let at = 0
      while (at < bytes.length) {
        if (left > 0) {
          const part = bytes.subarray(at, at + left)
          at += part.length
          left -= part.length
          take(part)
          if (left === 0) left = -2
          continue
        }
        const end = bytes.indexOf(0x0a, at)
        line += bytes.toString('latin1', at, end === -1 ? bytes.length : end)
        if (line.length > MOST_LINE) return null
        if (end === -1) return -1
        at = end + 1
        const whole = line.endsWith('\r') ? line.slice(0, -1) : null
        line = ''
        if (whole === null) return null
        if (left === -2) {
          if (whole !== '') return null
          left = -1
        } else if (left === -1) {
          const [, digits] = size.exec(whole) ?? []
          if (digits === undefined) return null
          left = Number.parseInt(digits, 16)
          if (left === 0) left = -3
        } else {
          if (whole === '') return at
          trailers += whole.length
          if (trailers > MOST_TRAILERS) return null
        }
      }
      return -1
    },
  }
}

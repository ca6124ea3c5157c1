import type { Log } from '../module/log.ts'

export const levels = ['debug', 'info', 'warn', 'error', 'off'] as const
export type Level = (typeof levels)[number]

export interface LogOptions {
  level: Level
  /** Readable lines for a person instead of JSON. */
  readable: boolean
  write: (text: string) => void
  now: () => number
}

const plain = (value: unknown): unknown => (value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value)

const stackOf = (value: unknown): string | null =>
  (typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string' ? value.stack : null)

/** An entry for a person; of another process too, whose line was JSON. */
export const readableEntry = ({ time, level, message, ...about }: Readonly<Record<string, unknown>>): string => {
  const rest = Object.entries(about).map(([key, value]) => {
    const stack = stackOf(value)
    return stack === null ? ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}` : `\n  ${stack}`
  })
  return `${String(time).slice(11, 23)} ${String(level).padEnd(5)} ${message}${rest.join('')}`
}

/** ISO 8601, made once for all entries of one millisecond. */
const timeSource = (): ((ms: number) => string) => {
  let last = NaN
  let text = ''
  return (ms) => {
    if (ms !== last) [last, text] = [ms, new Date(ms).toISOString()]
    return text
  }
}

/**
 * A log of one line an entry. Lines of one turn of the event loop leave in one write; `flush` writes what is
 * waiting, for the end of a process.
 */
export const createLog = ({ level, readable, write, now }: LogOptions): Log & { flush(): void } => {
  const least = levels.indexOf(level)
  const timeText = timeSource()
  let waiting: string[] = []
  const flush = () => {
    if (waiting.length === 0) return
    const text = waiting.join('')
    waiting = []
    write(text)
  }
  const line = (name: Level, message: string, about: Readonly<Record<string, unknown>>): string => {
    const time = timeText(now())
    if (!readable) {
      let rest = about
      for (const key in about) if (about[key] instanceof Error) rest = { ...rest, [key]: plain(about[key]) }
      const text = JSON.stringify(rest)
      // A line a request: joining its fields to the fixed ones costs half of copying them into one object.
      return `{"time":"${time}","level":"${name}","message":${JSON.stringify(message)}${text === '{}' ? '}' : `,${text.slice(1)}`}\n`
    }
    return `${readableEntry({ time, level: name, message, ...about })}\n`
  }
  const at = (name: Level) => {
    if (levels.indexOf(name) < least) return () => {}
    return (message: string, about: Readonly<Record<string, unknown>> = {}) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push(line(name, message, about))
    }
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), flush }
}

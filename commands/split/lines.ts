import { readableEntry } from '../../src/observe/log.ts'

/** Writes lines of a process; `wrong`: those that it wrote where errors go. */
export type Print = (process: string, lines: readonly string[], wrong?: boolean) => void

const colours = [36, 33, 35, 32, 34, 31, 96, 93, 95, 92]

const readable = (line: string): string => {
  if (!line.startsWith('{')) return line
  try {
    const entry: unknown = JSON.parse(line)
    return typeof entry === 'object' && entry !== null && 'message' in entry ? readableEntry({ ...entry }) : line
  } catch {
    return line
  }
}

/** For a person: the process's name, in a colour of its own, before each line. */
export const readablePrint = (names: readonly string[], write: (text: string) => void, coloured: boolean): Print => {
  const width = Math.max(...names.map((name) => name.length))
  const heads = new Map(names.map((name, at) => {
    const head = `${name.padEnd(width)} │`
    return [name, coloured ? `\x1b[${colours[at % colours.length]}m${head}\x1b[0m` : head]
  }))
  return (name, lines) => write(lines.flatMap((line) => readable(line).split('\n')).map((line) => `${heads.get(name) ?? name} ${line}\n`).join(''))
}

/** For a program: JSON, with the process as `service`; what a process says in its own words becomes a message. */
export const jsonPrint = (write: (text: string) => void, now: () => number): Print => (service, lines, wrong = false) => write(lines.map((line) => {
  const entry = line.startsWith('{"') && line.endsWith('}') ? line : JSON.stringify({ time: new Date(now()).toISOString(), level: wrong ? 'error' : 'info', message: line })
  return `{"service":${JSON.stringify(service)},${entry.slice(1)}\n`
}).join(''))

/** Cuts what arrives into lines; the last one may come without its end. */
export const byLine = (told: (lines: readonly string[]) => void) => {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    chunk(bytes: Uint8Array) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      const full = lines.filter((line) => line !== '')
      if (full.length > 0) told(full)
    },
    end() {
      if (rest !== '') told([rest])
      rest = ''
    },
  }
}

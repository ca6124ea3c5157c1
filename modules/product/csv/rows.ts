import { parse } from 'csv-parse'

/** One record of the file. */
export interface Row {
  /** The physical line where it starts, the header's being 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** Some of its bytes were no UTF-8; U+FFFD stands for them. */
  readonly broken: boolean
}
/** The file cannot be read on from here: the record that starts at `line` has no end, or none within the limit. */
export interface Damage { readonly line: number; readonly code: 'unterminated_quote' | 'record_too_large'; readonly message: string }

export interface RowsOptions {
  /** Longest record in bytes, so that one open quotation mark does not take the whole file into memory. Default 4 MiB. */
  recordBytes?: number
  /** Told once, at the end of a damaged file. */
  damaged(damage: Damage): void
}

const unread = 'nothing from here on was read'
/** So much is read at once before others get their turn: about a millisecond's work. */
const sliceBytes = 64 * 1024
const lineBreak = /\r\n?|\n/g
const breaksIn = (cell: string): number =>
  cell.includes('\n') || cell.includes('\r') ? (cell.match(lineBreak)?.length ?? 0) : 0
const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell === '' || cell.trim() === '')

const isSound = (decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): boolean => {
  try {
    decoder.decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/**
 * The records of a CSV file as its bytes arrive, some at a time, blank ones left out. Takes a byte order mark, all three
 * ends of line (mixed too), quoted line breaks, doubled quotes, stray quotes within unquoted cells, and records of any
 * width.
 */
export async function* readRows(body: AsyncIterable<Uint8Array>, { recordBytes = 4 << 20, damaged }: RowsOptions): AsyncGenerator<Row[]> {
  let rows: Row[] = []
  let line = 1
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let sound = true
  let failure: (Error & { code?: string }) | undefined
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: recordBytes,
    // Taken here and not from the stream's own queue, which an error would throw away. The library's count of lines
    // takes a CRLF within quotes for two, so it is counted here.
    on_record: (cells: string[]) => {
      if (!isBlank(cells)) rows.push({ line, cells, broken: !sound && cells.some((cell) => cell.includes('\ufffd')) })
      line += 1
      for (const cell of cells) line += breaksIn(cell)
      return undefined
    },
  })
  parser.on('error', (error) => { failure = error })
  // Nothing is ever in it, but it ends only when it was read.
  parser.resume()
  const taken = (): Row[] => {
    const now = rows
    rows = []
    return now
  }

  try {
    for await (const chunk of body) {
      for (let from = 0; from < chunk.length && failure === undefined; from += sliceBytes) {
        const slice = chunk.subarray(from, from + sliceBytes)
        if (sound) sound = isSound(decoder, slice)
        parser.write(Buffer.from(slice.buffer, slice.byteOffset, slice.byteLength))
        // An error is told a tick later than its write returns.
        if (parser.errored) failure = parser.errored
        if (rows.length > 0) yield taken()
      }
      if (failure !== undefined) break
    }
    if (failure === undefined) await new Promise<void>((resolve) => { parser.end(() => resolve()); parser.once('error', () => resolve()) })
  } finally {
    parser.destroy()
  }
  if (rows.length > 0) yield taken()
  if (failure === undefined) return
  if (failure.code === 'CSV_QUOTE_NOT_CLOSED') {
    damaged({ line, code: 'unterminated_quote', message: `A quotation mark in the record that starts here is never closed: ${unread}` })
  } else if (failure.code === 'CSV_MAX_RECORD_SIZE') {
    damaged({ line, code: 'record_too_large', message: `The record that starts here is longer than ${recordBytes} bytes: ${unread}` })
  } else {
    throw failure
  }
}

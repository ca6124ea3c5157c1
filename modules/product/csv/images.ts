import type { Row } from './rows.ts'
import type { Cell } from './run.ts'
import { readImageUrl, readPosition, readText } from './values.ts'

export interface NamedImage {
  readonly line: number
  readonly url: string
  /** undefined: the file has no such column. */
  readonly alt: string | null | undefined
  readonly position: number | null
}

export const readImage = (row: Row, cell: Cell): NamedImage | null => {
  const url = cell(row, 'image')
  if (!url) return null
  const alt = cell(row, 'imageAlt')
  const position = cell(row, 'imagePosition')
  return {
    line: row.line,
    url: readImageUrl(url),
    alt: alt === undefined ? undefined : alt === '' ? null : readText(alt, 'The image\'s text', 1000),
    position: position ? readPosition(position) : null,
  }
}

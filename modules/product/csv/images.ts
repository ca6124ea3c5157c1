import type { Image } from '../store.ts'
import { Refusal } from './flaw.ts'
import type { Row } from './rows.ts'
import type { Cell } from './run.ts'
import { told } from './told.ts'
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

const mostImages = 250
/** A product's images with those that a run names: known by their address. */
export const imagesOf = (named: readonly NamedImage[], was: readonly Image[], newId: () => string): readonly Image[] => {
  if (named.length === 0) return was
  const images = new Map(was.map((image) => [image.url, image]))
  const places = new Map(was.map(({ url }, at) => [url, at + 1]))
  for (const { url, alt, position } of named) {
    const known = images.get(url)
    images.set(url, known
      ? { ...known, alt: told(alt, known.alt, null) }
      : { id: newId(), url, alt: alt ?? null, width: null, height: null, renditions: [] })
    if (position !== null) places.set(url, position)
  }
  if (images.size > mostImages) throw new Refusal('too_many_images', `A product has at most ${mostImages} images`)
  // Where nothing is said they stay where they are, new ones at the end.
  return [...images.values()].sort((a, b) => (places.get(a.url) ?? last) - (places.get(b.url) ?? last))
}
const last = 1_000_000

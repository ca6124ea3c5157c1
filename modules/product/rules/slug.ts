import { isId } from '../../../src/contract/scalars.ts'
import { fold } from './fold.ts'

/** Paths of their own under /products, and what would be taken for an id. */
export const isReservedSlug = (slug: string): boolean => slug === 'import' || slug === 'export' || isId(slug)

const maxLength = 180

/** `Señor Tom's Öl` → `senor-toms-ol`. Apostrophes are dropped, everything else that is no letter or digit is a hyphen. */
export const slugify = (text: string, otherwise: string): string => {
  const slug = fold(text).replace(/['’‘`´ʼ]/g, '').replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').slice(0, maxLength).replace(/^-+|-+$/g, '')
  return isWellFormed(slug) && slug !== '' ? slug : otherwise
}
const isWellFormed = (text: string) => !/[\ud800-\udbff]$/.test(text)

/** The first of `slug`, `slug-2`, `slug-3` … that is neither taken nor reserved. */
export const freeSlug = (slug: string, taken: ReadonlySet<string>): string => {
  const free = (candidate: string) => !taken.has(candidate) && !isReservedSlug(candidate)
  if (free(slug)) return slug
  for (let count = 2; ; count++) if (free(`${slug}-${count}`)) return `${slug}-${count}`
}

import { createHash } from 'node:crypto'
import { Slug } from '../contract/schemas.ts'
import { freeSlug, slugify } from '../rules/slug.ts'

// Without the u flag, as inputs are checked: letters beyond U+FFFF are pairs of what it takes.
const slug = new RegExp(Slug.pattern ?? '')
const maxLength = Slug.maxLength ?? 0
export const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8)
const nobody: ReadonlySet<string> = new Set()

/**
 * The slug that a handle (or, without one, a title) stands for, the same each time: a file that comes again finds its
 * products by it. A slug is its own, capitals apart; anything else is made one.
 */
export const slugOf = (text: string): string => {
  for (const own of [text, text.toLowerCase()]) if (own.length <= maxLength && slug.test(own)) return freeSlug(own, nobody)
  // What has to be cut must not become another's.
  const made = slugify(text, `product-${digest(text)}`)
  return text.length <= maxLength - 20 ? freeSlug(made, nobody) : `${made.slice(0, maxLength - 20).replace(/-+$/, '')}-${digest(text)}`
}

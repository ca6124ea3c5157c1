import { createHash } from 'node:crypto'
import type { ProductRecord } from '../store.ts'
import { type Word, withoutMarkup, wordsOf } from './analyser.ts'

/**
 * A product is found by its tokens, the same in every store: `sshoe` a word with the stem shoe, `wshoes` the word itself,
 * `psh` a word that begins so. Names, tags, vendors and SKUs have them once more with the best class of field in which the
 * word stands: `0sshoe` in the name, `1psh` in a tag, `2wacme` the vendor; what has only the bare token is the description's.
 * Other tokens are exact: `t…` a tag, `v…` the vendor, `u…` an SKU, `k…` the category's id.
 */
export type FieldClass = 0 | 1 | 2 | 3
export const fieldClasses: readonly FieldClass[] = [0, 1, 2, 3]
/** The category's words are looked up apart, so that renaming one touches no product. They count like tags. */
export const categoryClass: FieldClass = 1
/** The class of descriptions: its tokens are those without a class, which every word has. */
export const lastClass: FieldClass = 3

/** Prefixes up to so many characters have tokens of their own; longer ones are looked for among the words. */
export const shortPrefix = 3
const maxWords = 3000

const exact = (kind: string, value: string) => kind + createHash('sha256').update(value).digest('hex').slice(0, 16)
export const tagToken = (tag: string) => exact('t', tag)
export const vendorToken = (vendor: string) => exact('v', vendor)
export const skuToken = (sku: string) => exact('u', sku)
export const categoryToken = (id: string) => `k${id.replaceAll('-', '')}`
const inClass = (of: FieldClass) => (of === lastClass ? '' : String(of))
export const stemToken = (of: FieldClass, stem: string) => `${inClass(of)}s${stem}`
export const wordToken = (of: FieldClass, word: string) => `${inClass(of)}w${word}`
export const prefixToken = (of: FieldClass, start: string) => `${inClass(of)}p${start}`

/** It names a class of field, and a whole word or stem. */
export const isRanking = (token: string): boolean => /^[012][sw]/.test(token)

const fields = (record: ProductRecord): readonly (readonly string[])[] => [
  [record.name],
  record.tags,
  [record.vendor ?? '', ...record.variants.map((variant) => variant.sku ?? '')],
  [withoutMarkup(record.description ?? '')],
]

/** All tokens of a product, each once, and its words. */
export const tokensOf = (record: ProductRecord): { tokens: string[]; words: string[] } => {
  const tokens = new Set<string>()
  const words = new Set<string>()
  const seen = new Set<string>()
  const add = (of: FieldClass, token: (of: FieldClass, text: string) => string, text: string) => {
    const every = token(lastClass, text)
    if (seen.has(every)) return
    seen.add(every)
    tokens.add(every)
    tokens.add(token(of, text))
  }
  for (const of of fieldClasses) {
    for (const text of fields(record)[of] ?? []) {
      for (const { word, stem } of wordsOf(text)) {
        if (words.size >= maxWords) break
        words.add(word)
        add(of, stemToken, stem)
        add(of, wordToken, word)
        for (const start of startsOf(word)) add(of, prefixToken, start)
      }
    }
  }
  for (const tag of record.tags) tokens.add(tagToken(tag))
  if (record.vendor !== null) tokens.add(vendorToken(record.vendor))
  for (const { sku } of record.variants) if (sku !== null) tokens.add(skuToken(sku))
  if (record.category !== null) tokens.add(categoryToken(record.category))
  return { tokens: [...tokens], words: [...words] }
}

const startsOf = (word: string): string[] => {
  const characters = Array.from(word.slice(0, shortPrefix * 2))
  return Array.from({ length: Math.min(shortPrefix, characters.length) }, (_, at) => characters.slice(0, at + 1).join(''))
}

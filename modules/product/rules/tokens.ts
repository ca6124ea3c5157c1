import { createHash } from 'node:crypto'
import type { ProductRecord } from '../store.ts'
import { type Word, withoutMarkup, wordsOf } from './analyser.ts'

/**
 * A product is found by its tokens, the same in every store. A word is written once, under the best class of field it
 * stands in: `0sshoe` the stem shoe in the name, `3wshoes` the word in the description, `1psh` a word of the tags that
 * begins so. Other tokens are exact: `t…` a tag, `v…` the vendor, `u…` an SKU, `k…` the category's id.
 */
export type FieldClass = 0 | 1 | 2 | 3
export const fieldClasses: readonly FieldClass[] = [0, 1, 2, 3]
/** The category's words are looked up apart, so that renaming one touches no product. They count like tags. */
export const categoryClass: FieldClass = 1

/** Prefixes up to so many characters have tokens of their own; longer ones are looked for among the words. */
export const shortPrefix = 3
const maxWords = 3000

const exact = (kind: string, value: string) => kind + createHash('sha256').update(value).digest('hex').slice(0, 16)
export const tagToken = (tag: string) => exact('t', tag)
export const vendorToken = (vendor: string) => exact('v', vendor)
export const skuToken = (sku: string) => exact('u', sku)
export const categoryToken = (id: string) => `k${id.replaceAll('-', '')}`
export const stemToken = (of: FieldClass, stem: string) => `${of}s${stem}`
export const wordToken = (of: FieldClass, word: string) => `${of}w${word}`
export const prefixToken = (of: FieldClass, start: string) => `${of}p${start}`

const fields = (record: ProductRecord): readonly (readonly string[])[] => [
  [record.name],
  record.tags,
  [record.vendor ?? '', ...record.variants.map((variant) => variant.sku ?? '')],
  [withoutMarkup(record.description ?? '')],
]

/** All tokens of a product, each once. */
export const tokensOf = (record: ProductRecord): string[] => {
  const [stems, words, starts] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const tokens: string[] = []
  const add = (of: FieldClass, { word, stem }: Word) => {
    if (words.has(word) || words.size >= maxWords) return
    words.add(word)
    tokens.push(wordToken(of, word))
    if (!stems.has(stem)) tokens.push(stemToken(of, stem))
    stems.add(stem)
    for (const start of startsOf(word)) {
      if (!starts.has(start)) tokens.push(prefixToken(of, start))
      starts.add(start)
    }
  }
  for (const of of fieldClasses) for (const text of fields(record)[of] ?? []) for (const word of wordsOf(text)) add(of, word)
  for (const tag of new Set(record.tags)) tokens.push(tagToken(tag))
  if (record.vendor !== null) tokens.push(vendorToken(record.vendor))
  for (const { sku } of record.variants) if (sku !== null) tokens.push(skuToken(sku))
  if (record.category !== null) tokens.push(categoryToken(record.category))
  return tokens
}

const startsOf = (word: string): string[] => {
  const characters = Array.from(word.slice(0, shortPrefix * 2))
  return Array.from({ length: Math.min(shortPrefix, characters.length) }, (_, at) => characters.slice(0, at + 1).join(''))
}

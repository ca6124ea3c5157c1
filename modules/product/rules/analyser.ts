import porter from 'wink-porter2-stemmer'
import { fold } from './fold.ts'

/** A text's word: as it stands (folded), and its English stem. */
export interface Word { readonly word: string; readonly stem: string }

const maxWordLength = 64
const memo = new Map<string, string>()
const memoSize = 50_000
/** Snowball's English stem (Porter 2). Words with digits or of other scripts are their own stems. */
export const stemOf = (word: string): string => {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word
  const known = memo.get(word)
  if (known !== undefined) return known
  if (memo.size >= memoSize) memo.clear()
  const made = porter(word)
  memo.set(word, made)
  return made
}
const asWord = (word: string): Word => ({ word: word.slice(0, maxWordLength), stem: stemOf(word.slice(0, maxWordLength)) })

const apostrophe = /['’‘`´ʼ]/g
const run = /[\p{L}\p{M}\p{N}'’‘`´ʼ]+/gu
const compound = /[\p{L}\p{M}\p{N}]+(?:-[\p{L}\p{M}\p{N}]+)+/gu

/** The words that someone searches for: apostrophes dropped, each once, in order. */
export const wordsSought = (text: string): Word[] => {
  const words = new Map<string, Word>()
  for (const [found] of fold(text).matchAll(run)) {
    const word = found.replace(apostrophe, '')
    // The last mention counts: the last word is looked for as a prefix too.
    words.delete(word)
    if (word !== '') words.set(word, asWord(word))
  }
  return [...words.values()]
}

/** The words that a text is found by: also the parts of `l'eau`, and `tshirt` for `t-shirt`. */
export const wordsOf = (text: string): Word[] => {
  const words = new Set<string>()
  const folded = fold(text)
  for (const [found] of folded.matchAll(run)) {
    const parts = found.split(apostrophe)
    words.add(parts.join(''))
    if (parts.length > 1) for (const part of parts) if (part.length > 1) words.add(part)
  }
  for (const [found] of folded.matchAll(compound)) words.add(found.replaceAll('-', ''))
  words.delete('')
  return Array.from(words, asWord)
}

/** What a person reads of an HTML text. */
export const withoutMarkup = (html: string): string =>
  html.includes('<') || html.includes('&')
    ? html.replace(/<[^<>]*>/g, ' ').replace(/&#(\d{1,6});/g, character).replace(/&[a-z]+\d*;/gi, ' ')
    : html
const character = (_: string, code: string) => (Number(code) <= 0x10ffff ? String.fromCodePoint(Number(code)) : ' ')

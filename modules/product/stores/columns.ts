import type { Status } from '../store.ts'

/** A product as filters, sorts and facets see it. */
export interface Listed {
  num: number; status: Status; price: number; name: string; rating: number; vendor: string | null; category: string | null
  tags: readonly string[]
  offers: readonly Offer[]
}

/** A variant's price; where it is not buyable, -1 less its price. */
export type Offer = number
export const isBuyable = (offer: Offer): boolean => offer >= 0
export const priceOf = (offer: Offer): number => offer >= 0 ? offer : -1 - offer

/** Texts by number, from 1; 0 stands for none. */
export interface Codes { readonly texts: string[]; readonly codes: Map<string, number> }
const codes = (): Codes => ({ texts: [''], codes: new Map() })
const codeOf = ({ texts, codes: known }: Codes, text: string | null): number => {
  if (text === null) return 0
  const code = known.get(text) ?? texts.push(text) - 1
  known.set(text, code)
  return code
}

/**
 * All products as columns: a row each, in the order of their numbers. Looking at every row is a matter of a millisecond a
 * hundred thousand. `tags` and `offers` say where in `lists` a row's list begins: with its length.
 */
export interface Columns {
  rows: number
  /** Rows whose product is gone, and places in `lists` that nobody names: when there are too many, all is built anew. */
  gone: number; wasted: number
  /** Raised when rows move: what was kept by row is worth nothing then. */
  moves: number
  /** Counts what was put and dropped. */
  changes: number
  num: Float64Array; status: Uint8Array; price: Float64Array; rating: Float64Array; name: string[]
  vendor: Uint32Array; category: Uint32Array; tags: Uint32Array; offers: Uint32Array
  lists: Float64Array; listed: number
  readonly vendors: Codes; readonly categories: Codes; readonly tagTexts: Codes
}
const first = 256
export const noColumns = (): Columns => ({
  rows: 0, gone: 0, wasted: 0, moves: 0, changes: 0, listed: 0, name: [],
  num: new Float64Array(first), status: new Uint8Array(first), price: new Float64Array(first), rating: new Float64Array(first),
  vendor: new Uint32Array(first), category: new Uint32Array(first), tags: new Uint32Array(first), offers: new Uint32Array(first),
  lists: new Float64Array(first), vendors: codes(), categories: codes(), tagTexts: codes(),
})

const statuses: readonly Status[] = ['active', 'draft', 'archived']
/** 0: the product is gone. */
export const statusCode = (status: Status): number => statuses.indexOf(status) + 1

const most = 1000
/** More was lost by edits and deletes than is worth keeping. */
export const isWorn = ({ rows, gone, listed, wasted }: Columns): boolean => (gone > most && gone > rows / 2) || (wasted > most && wasted > listed / 2)

/** The first row whose number is at least this. */
export const rowFrom = ({ num, rows }: Columns, wanted: number): number => {
  let [from, to] = [0, rows]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((num[middle] ?? 0) < wanted) from = middle + 1
    else to = middle
  }
  return from
}

const wider = <T extends { set(from: T): void }>(from: T, to: T): T => {
  to.set(from)
  return to
}
const grown = (length: number) => Math.ceil(length * 1.5)
const widen = (of: Columns): void => {
  const size = grown(of.num.length)
  of.num = wider(of.num, new Float64Array(size))
  of.status = wider(of.status, new Uint8Array(size))
  of.price = wider(of.price, new Float64Array(size))
  of.rating = wider(of.rating, new Float64Array(size))
  of.vendor = wider(of.vendor, new Uint32Array(size))
  of.category = wider(of.category, new Uint32Array(size))
  of.tags = wider(of.tags, new Uint32Array(size))
  of.offers = wider(of.offers, new Uint32Array(size))
}

/** A free row for the number, behind all others but for one that came late. */
const insert = (of: Columns, num: number, at: number): void => {
  if (of.rows === of.num.length) widen(of)
  if (at < of.rows) {
    for (const column of [of.num, of.status, of.price, of.rating, of.vendor, of.category, of.tags, of.offers]) column.copyWithin(at + 1, at, of.rows)
    of.name.splice(at, 0, '')
    of.moves++
  }
  of.rows++
  of.num[at] = num
  of.status[at] = 0
  of.tags[at] = of.offers[at] = 0
  of.gone++
}

/** Writes a list where it stands already if it has that length, else behind all others; answers where. Place 0 is the empty list. */
const putList = (of: Columns, at: number, list: readonly number[]): number => {
  if (of.listed === 0) of.listed = 1
  const length = of.lists[at] ?? 0
  if (length !== list.length) {
    of.wasted += length
    if (list.length === 0) return 0
    at = of.listed
    of.listed += list.length + 1
    while (of.listed > of.lists.length) of.lists = wider(of.lists, new Float64Array(grown(of.lists.length)))
    of.lists[at] = list.length
  }
  for (let n = 0; n < list.length; n++) of.lists[at + 1 + n] = list[n] ?? 0
  return at
}

export const put = (of: Columns, listed: Listed): void => {
  const row = rowFrom(of, listed.num)
  if (row === of.rows || of.num[row] !== listed.num) insert(of, listed.num, row)
  if (of.status[row] === 0) of.gone--
  of.changes++
  of.status[row] = statusCode(listed.status)
  of.price[row] = listed.price
  of.rating[row] = listed.rating
  of.name[row] = listed.name
  of.vendor[row] = codeOf(of.vendors, listed.vendor)
  of.category[row] = codeOf(of.categories, listed.category)
  of.tags[row] = putList(of, of.tags[row] ?? 0, listed.tags.map((tag) => codeOf(of.tagTexts, tag)))
  of.offers[row] = putList(of, of.offers[row] ?? 0, listed.offers)
}

export const drop = (of: Columns, num: number): void => {
  const row = rowFrom(of, num)
  if (row === of.rows || of.num[row] !== num || of.status[row] === 0) return
  of.changes++
  of.status[row] = 0
  of.name[row] = ''
  of.tags[row] = putList(of, of.tags[row] ?? 0, [])
  of.offers[row] = putList(of, of.offers[row] ?? 0, [])
  of.gone++
}

import { mostPieces } from '../contract/schemas.ts'
import { Refusal } from './flaw.ts'

/** How many digits a currency's minor unit has (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD. */
export const exponentOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2

const shown = (cell: string): string => `"${cell.length > 40 ? `${cell.slice(0, 40)}…` : cell}"`
const mostMinorUnits = 100_000_000_000
const mostGrams = 100_000_000

/**
 * A price in minor units. Digits with a point, nothing else: "1,99", "1,000.00" and "€5" mean different amounts to
 * different readers, so they are refused and not guessed. Zeros beyond the minor unit are let pass ("1200.00" JPY).
 */
export const readPrice = (cell: string, exponent: number, code: 'invalid_price' | 'invalid_compare_at_price'): number => {
  const [, whole = '', fraction = ''] = /^(\d{1,15})(?:\.(\d{1,10}))?$/.exec(cell) ?? []
  const minor = Number(whole + fraction.slice(0, exponent).padEnd(exponent, '0'))
  if (whole === '' || /[^0]/.test(fraction.slice(exponent)))
    throw new Refusal(code, `${shown(cell)} is no price: digits, then at most ${exponent} after a point, without currency sign or commas`)
  if (minor > mostMinorUnits) throw new Refusal(code, `${shown(cell)} is more than a price may be`)
  return minor
}
export const writePrice = (minor: number, exponent: number): string => {
  const digits = String(minor).padStart(exponent + 1, '0')
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** Pieces in stock; fewer than none, as oversold shops have them, are none. */
export const readQuantity = (cell: string): number => {
  if (!/^[+-]?\d{1,10}(\.0+)?$/.test(cell)) throw new Refusal('invalid_quantity', `${shown(cell)} is no whole number`)
  const quantity = Math.max(0, Number(cell))
  if (quantity > mostPieces) throw new Refusal('invalid_quantity', `${shown(cell)} is more than can be in stock`)
  return quantity
}

const gramsIn: ReadonlyMap<string, number> = new Map([['g', 1], ['kg', 1000], ['lb', 453.59237], ['oz', 28.349523125]])
/** Whole grams, rounded half up. `unit` in any case: g, kg, lb or oz. */
export const readGrams = (cell: string, unit = 'g'): number => {
  const one = gramsIn.get(unit.toLowerCase())
  if (one === undefined) throw new Refusal('invalid_weight', `${shown(unit)} is no unit of weight: g, kg, lb or oz`)
  if (!/^\d{1,9}(\.\d{1,10})?$/.test(cell)) throw new Refusal('invalid_weight', `${shown(cell)} is no weight: digits, with a point before any fraction`)
  const grams = Math.round(Number(cell) * one)
  if (grams > mostGrams) throw new Refusal('invalid_weight', `${shown(cell)} is more than a variant may weigh`)
  return grams
}

/** `TRUE`, `false`, …: spreadsheets change the case. */
export const readFlag = (cell: string, code: 'invalid_published'): boolean => {
  const flag = cell.toLowerCase()
  if (flag !== 'true' && flag !== 'false') throw new Refusal(code, `${shown(cell)} is neither TRUE nor FALSE`)
  return flag === 'true'
}

export const readStatus = (cell: string): 'active' | 'draft' | 'archived' => {
  const status = cell.toLowerCase()
  if (status !== 'active' && status !== 'draft' && status !== 'archived')
    throw new Refusal('invalid_status', `${shown(cell)} is no status: active, draft or archived`)
  return status
}

/** Whether it is sold beyond its stock. The older header says `continue` or `deny`, the newer also TRUE or FALSE. */
export const readPolicy = (cell: string): 'continue' | 'deny' => {
  const policy = cell.toLowerCase()
  if (policy === 'continue' || policy === 'true') return 'continue'
  if (policy === 'deny' || policy === 'false') return 'deny'
  throw new Refusal('invalid_policy', `${shown(cell)} is neither continue nor deny`)
}

export const readPosition = (cell: string): number => {
  if (!/^\d{1,6}$/.test(cell)) throw new Refusal('invalid_position', `${shown(cell)} is no position: a whole number from 1`)
  return Number(cell)
}

/** A path or an address that a browser fetches; kept and served as it is. */
export const readImageUrl = (cell: string): string => {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(cell)?.[1]?.toLowerCase()
  if (/[\u0000-\u001f\u007f]/.test(cell) || cell.length > 2048 || (scheme !== undefined && scheme !== 'http' && scheme !== 'https'))
    throw new Refusal('invalid_image', `${shown(cell)} is no address of an image: http, https, or a path; at most 2048 characters`)
  return cell
}

/** Text as people write it: no control characters but tab and line breaks. */
export const readText = (cell: string, column: string, maxLength: number): string => {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(cell)) throw new Refusal('invalid_text', `${column} holds a control character`)
  if (cell.length > maxLength) throw new Refusal('too_long', `${column} is ${cell.length} characters long; at most ${maxLength} fit`)
  return cell
}

/** Comma-separated, in their order and case; a repeated one counts once. */
export const readTags = (cell: string): string[] => {
  const tags = new Set<string>()
  for (const part of cell.split(',')) {
    const tag = part.trim()
    if (tag !== '') tags.add(readText(tag, 'A tag', 255))
  }
  if (tags.size > 250) throw new Refusal('too_many_tags', `${tags.size} tags; a product has at most 250`)
  return [...tags]
}

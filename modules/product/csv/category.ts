import { Slug } from '../contract/schemas.ts'
import { Refusal } from './flaw.ts'
import { parsed } from './own.ts'
import type { Row } from './rows.ts'
import type { Cell } from './run.ts'
import { readText } from './values.ts'

/** A category on the way from the root to the product's; `slug` only where our own column tells it. */
export interface CategoryStep { readonly name: string; readonly slug: string | null }

const deepest = 20

/** A category as the column `Type` holds it. */
export const writtenCategory = (steps: readonly CategoryStep[]): string => steps.map(({ name }) => name.trim()).join(' > ')

/**
 * A product's category: `Type`, else Shopify's taxonomy, a hierarchy by ` > `. Our own column tells slugs and names with
 * ` > ` in them; where `Type` was edited since, that counts and not ours.
 */
export const readCategory = (row: Row, cell: Cell, overwrites: boolean): readonly CategoryStep[] | null | undefined => {
  const [own, type, taxonomy] = [cell(row, 'ownCategory'), cell(row, 'type'), cell(row, 'taxonomy')]
  const told = own ? readOwnCategory(own) : null
  if (told && (type ?? writtenCategory(told)) === writtenCategory(told)) return told
  const text = type || taxonomy
  if (!text) return overwrites && (type ?? taxonomy) !== undefined ? null : undefined
  const steps = text.split(/\s>\s/).map((name) => name.trim()).filter((name) => name !== '')
  if (steps.length === 0) return null
  if (steps.length > deepest) throw new Refusal('invalid_category', `The category lies more than ${deepest} deep`)
  return steps.map((name) => ({ name: readText(name, 'A category\'s name', 255), slug: null }))
}

const wellFormed = new RegExp(Slug.pattern ?? '', 'u')
/** `[{"slug":"outdoor","name":"Outdoor"},…]`, the root first. */
const readOwnCategory = (text: string): CategoryStep[] => {
  const steps = parsed(text, 'invalid_category')
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > deepest) throw wrong()
  return steps.map((step: unknown) => {
    if (typeof step !== 'object' || step === null || !('slug' in step) || !('name' in step)) throw wrong()
    const { slug, name } = step
    if (typeof slug !== 'string' || typeof name !== 'string' || name.trim() === '' || slug.length > 200 || !wellFormed.test(slug)) throw wrong()
    return { slug, name: readText(name, 'A category\'s name', 255) }
  })
}
const wrong = () => new Refusal('invalid_category', 'Mercado / Category is not [{"slug": …, "name": …}, …], the root first')

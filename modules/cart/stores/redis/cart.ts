import type { Cart, CartLine, Claim, Destination } from '../../store.ts'

/** Fields of a cart's hash, as Redis answers them. */
export type Fields = ReadonlyMap<string, string>

const isList = (value: unknown): value is unknown[] => Array.isArray(value)

export const fieldsOf = (answer: unknown): Fields => {
  const fields = new Map<string, string>()
  if (isList(answer)) for (let at = 0; at + 1 < answer.length; at += 2) fields.set(String(answer[at]), String(answer[at + 1]))
  return fields
}

export const parts: readonly (readonly [name: keyof Destination, field: string])[] =
  [['country', 'c'], ['region', 'r'], ['postalCode', 'p'], ['shippingMethod', 's']]

/** `quantity position addedAt seen`. */
export const lineText = ({ quantity, position, addedAt, seen }: Pick<CartLine, 'quantity' | 'position' | 'addedAt' | 'seen'>): string =>
  `${quantity} ${position} ${addedAt} ${seen}`
const lineOf = (variantId: string, text: string): CartLine => {
  const first = text.indexOf(' ')
  const second = text.indexOf(' ', first + 1)
  const third = text.indexOf(' ', second + 1)
  return {
    variantId, quantity: Number(text.slice(0, first)), position: Number(text.slice(first + 1, second)),
    addedAt: Number(text.slice(second + 1, third)), seen: text.slice(third + 1),
  }
}

/** In the order of their adding. */
export const linesOf = (fields: Fields): CartLine[] =>
  [...fields].flatMap(([field, text]) => (field.length > 2 ? [lineOf(field, text)] : [])).sort((a, b) => a.position - b.position)

/** Null where there is none. */
export const cartOf = (fields: Fields): Cart | null => {
  const id = fields.get('id')
  if (id === undefined) return null
  const part = (field: string) => fields.get(field) ?? null
  return {
    id, version: Number(fields.get('v')), generation: Number(fields.get('g')),
    destination: { country: part('c'), region: part('r'), postalCode: part('p'), shippingMethod: part('s') },
    notices: JSON.parse(fields.get('n') ?? '[]'),
    updatedAt: Number(fields.get('u')), expiresAt: Number(fields.get('e')), lines: linesOf(fields),
  }
}

/** Generations of a merged cart: when it was merged, and now. */
export const generationsOf = (alias: string): [merged: number, now: number] => {
  const space = alias.indexOf(' ')
  return [Number(alias.slice(0, space)), Number(alias.slice(space + 1))]
}

/** What an order of the cart claims: itself, and carts merged into it that no order settled since. */
export const claimsOf = (cart: Cart, aliases: Fields): Claim[] => {
  const merged = [...aliases].flatMap(([cartId, alias]): Claim[] => {
    const [then, generation] = generationsOf(alias)
    return generation === then ? [{ cartId, generation }] : []
  })
  return [{ cartId: cart.id, generation: cart.generation }, ...merged]
}

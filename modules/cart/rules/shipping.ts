/** A way of shipping. Amounts are minor units. */
export interface Method {
  id: string
  name: string
  price: number
  /** Subtotals from here on are shipped free; null: never. */
  freeFrom: number | null
  /** Where it goes; null: everywhere. */
  countries: readonly string[] | null
}

/** Where the country is not known yet, every method may still be the one. */
export const shipsTo = (method: Method, country: string | null): boolean =>
  country === null || method.countries === null || method.countries.includes(country)

/** An asked method only if it ships there; a mere choice gives way to the first that does. */
export const methodFor = (
  methods: readonly Method[], country: string | null, { asked, chosen }: { asked: string | null; chosen: string | null },
): Method | null => {
  const there = methods.filter((method) => shipsTo(method, country))
  if (asked !== null) return there.find((method) => method.id === asked) ?? null
  return there.find((method) => method.id === chosen) ?? there[0] ?? null
}

/** Nothing to ship costs nothing. */
export const shippingOf = (method: Method | null, subtotal: number, lines: number): number =>
  method === null || lines === 0 || (method.freeFrom !== null && subtotal >= method.freeFrom) ? 0 : method.price

/** Country → category slug or `*` → basis points: 1900 is 19 %. */
export type TaxRates = Readonly<Record<string, Readonly<Record<string, number>>>>

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined => Object.hasOwn(table, key) ? table[key] : undefined

/** The rate of the nearest category that has one, then `*`, else 0. `categories` go from the product's own to its root. */
export const taxRateFor = (rates: TaxRates, country: string | null, categories: readonly string[]): number => {
  const table = country === null ? undefined : own(rates, country)
  if (table === undefined) return 0
  for (const category of [...categories, '*']) {
    const rate = own(table, category)
    if (rate !== undefined) return rate
  }
  return 0
}

/** numerator / divisor, rounded half up; exact for whole numbers up to 2^53 whose double is, too. */
const roundHalfUp = (numerator: number, divisor: number): number => {
  const doubled = 2 * numerator + divisor
  return (doubled - doubled % (2 * divisor)) / (2 * divisor)
}

/** The tax on a line's amount, or the part of it that is tax where prices include it. */
export const taxOn = (amount: number, rate: number, included: boolean): number =>
  rate === 0 ? 0 : roundHalfUp(amount * rate, included ? 10_000 + rate : 10_000)

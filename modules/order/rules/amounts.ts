import type { Frozen } from './order.ts'

type Sums = Pick<Frozen, 'lines' | 'subtotal' | 'shipping' | 'tax' | 'total' | 'taxIncluded' | 'currency'>

/** Σ lines + shipping (+ tax where prices exclude it) is what is charged, to the minor unit, in one currency. */
export const addsUp = ({ lines, subtotal, shipping, tax, total, taxIncluded, currency }: Sums): boolean => {
  const inLines = lines.reduce((sum, line) => sum + line.subtotal.amount, 0)
  const taxed = lines.reduce((sum, line) => sum + line.tax.amount, 0)
  const monies = [subtotal, shipping, tax, total, ...lines.flatMap((line) => [line.unitPrice, line.subtotal, line.tax])]
  return lines.every((line) => line.subtotal.amount === line.unitPrice.amount * line.quantity)
    && subtotal.amount === inLines
    && tax.amount === taxed
    && total.amount === inLines + shipping.amount + (taxIncluded ? 0 : taxed)
    && monies.every((money) => money.currency === currency)
}

/** What a refund may still take. */
export const refundable = (order: { captured: number; refundCommitted: number }): number => order.captured - order.refundCommitted

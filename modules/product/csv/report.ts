import type { ImportReport } from '../contract/schemas.ts'
import type { Flaw } from './flaw.ts'

const mostErrors = 1000

/** Counts what becomes of runs; of the errors the first 1,000 are kept, in the order of the file. */
export interface Reporting {
  report: ImportReport
  saved(what: 'created' | 'updated', variants: { created: number; updated: number }): void
  refused(flaws: readonly Flaw[], variants: number): void
}

export const reporting = (): Reporting => {
  const report: ImportReport = {
    products: { created: 0, updated: 0, failed: 0 },
    variants: { created: 0, updated: 0, failed: 0 },
    errors: [],
  }
  return {
    report,
    saved(what, { created, updated }) {
      report.products[what] += 1
      report.variants.created += created
      report.variants.updated += updated
    },
    refused(flaws, variants) {
      report.products.failed += 1
      report.variants.failed += variants
      report.errors.push(...flaws.slice(0, mostErrors - report.errors.length))
    },
  }
}

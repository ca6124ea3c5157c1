import { invalidInput } from '../../../src/contract/faults.ts'
import type { World } from '../../../src/module/world.ts'
import type { ImportReport } from '../contract/schemas.ts'
import type { Catalogue, Categories, Kept } from '../store.ts'
import { namedCategories } from './categories.ts'
import { type Change, changeOf } from './change.ts'
import { readHeader } from './columns.ts'
import type { Flaw } from './flaw.ts'
import { type NamedProduct, type ReadOptions, type ReadRun, readRun } from './product.ts'
import { type Reporting, reporting } from './report.ts'
import { readRows } from './rows.ts'
import { cellsOf, type Run, runsOf } from './run.ts'

export interface ImportOptions {
  store: Pick<Catalogue, 'save' | 'bySlugs'> & Categories
  world: Pick<World, 'now' | 'id'>
  currency: string
  /** Digits of the currency's minor unit. */
  exponent: number
  /** Products that exist are left alone and not counted. Default false. */
  onlyNew?: boolean
  /** Default: small enough that others are served in between. */
  batch?: Batch
  /** Before each batch: throws to stop there. What was saved stays. */
  check?(): void
}

/** What is saved together: so many products, with so many rows. */
export interface Batch { products: number; rows: number }
/** As much as leaves others waiting for some 10 ms. */
const small: Batch = { products: 20, rows: 60 }
/** How often a batch is looked at again because somebody changed one of its products meanwhile. */
const attempts = 10

/**
 * Imports Shopify's product CSV as its bytes arrive: rows are put together to runs, runs to batches, and a batch is saved
 * at once. Memory does not grow with the file.
 */
export const importCsv = async (body: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<ImportReport> => {
  const reports = reporting()
  const batch = batches(options, reports)
  let damage: Flaw | undefined
  let reading: { runs: ReturnType<typeof runsOf>; read: ReadOptions } | undefined
  const add = async (run: Run | null): Promise<void> => {
    if (run && reading) await batch.add(readRun(run, reading.read), run.rows.length)
  }
  for await (const rows of readRows(body, { damaged: (found) => { damage = found } })) {
    for (const row of rows) {
      if (reading) await add(reading.runs.take(row))
      else {
        const cell = cellsOf(headerOf(row.cells))
        reading = { runs: runsOf(cell), read: { cell, columns: row.cells.length, exponent: options.exponent } }
      }
    }
  }
  if (!reading) throw noHeader('The file is empty: the first row names the columns, of which Title or Handle is needed')
  await add(reading.runs.end())
  await batch.end()
  if (damage) reports.refused([damage], 0)
  return reports.report
}

const noHeader = (message: string) => invalidInput(message, { errors: [{ in: 'body', path: '', message }] })
const headerOf = (cells: readonly string[]): ReturnType<typeof readHeader> => {
  const header = readHeader(cells)
  if (header.has('title') || header.has('handle')) return header
  const [first = ''] = cells
  throw noHeader(cells.length === 1 && /[;\t]/.test(first)
    ? 'The first row names no column Title or Handle: the columns must be separated by commas'
    : 'The first row names no column Title or Handle (URL handle)')
}

/** Collects runs and saves them together. Everything is reported in the order of the file. */
const batches = (options: ImportOptions, { saved, refused }: Pick<Reporting, 'saved' | 'refused'>) => {
  const { store, world, currency, onlyNew = false, batch: most = small } = options
  const categories = namedCategories(store, world.id)
  const effect = `import:${world.id()}`
  let waiting: ReadRun[] = []
  let slugs = new Set<string>()
  let rows = 0

  const change = async (product: NamedProduct, kept: Kept | null): Promise<Change> => changeOf(product, kept, {
    currency, now: world.now(), newId: world.id, effect,
    category: product.category ? await categories.find(product.category) : product.category,
  })

  /** Saves them, or says which one stood in the way and which are still to be saved. */
  const attempt = async (batch: readonly ReadRun[]): Promise<{ inTheWay: ReadRun; left: readonly ReadRun[] } | null> => {
    const known = new Map((await store.bySlugs([...slugs])).map((kept) => [kept.record.slug, kept]))
    const outcomes: Outcome[] = []
    const report = (run: ReadRun, change: Outcome['change']): void => {
      if (run.is === 'refused') refused(run.flaws, run.variants)
      else if (change === null || change === 'left') return
      else if (change.is === 'refused') refused([change.flaw], run.product.variants.length)
      else saved(known.has(run.product.slug) ? 'updated' : 'created', change.variants)
    }
    for (const run of batch) {
      const kept = run.is === 'product' ? (known.get(run.product.slug) ?? null) : null
      outcomes.push({ run, change: run.is === 'refused' ? null : kept && onlyNew ? 'left' : await change(run.product, kept) })
    }
    const changes = outcomes.flatMap(({ run, change }) =>
      change !== null && change !== 'left' && change.is === 'change' && change.change ? [{ run, change: change.change }] : [])
    const done = changes.length === 0 ? { is: 'saved' as const } : await store.save(changes.map(({ change }) => change))
    if (done.is !== 'saved') {
      if (done.is === 'category') categories.forget()
      const inTheWay = changes[done.index]?.run
      const stored = new Set(done.stored?.map((index) => changes[index]?.run))
      for (const { run, change } of outcomes) if (stored.has(run)) report(run, change)
      return inTheWay ? { inTheWay, left: batch.filter((run) => !stored.has(run)) } : null
    }
    for (const { run, change } of outcomes) report(run, change)
    return null
  }

  const flush = async (): Promise<void> => {
    options.check?.()
    let batch: readonly ReadRun[] = waiting
    for (let count = 1; batch.length > 0; count++) {
      const stopped = await attempt(batch)
      if (!stopped) break
      batch = count % attempts === 0 ? stopped.left.map((run) => (run === stopped.inTheWay ? givenUp(run) : run)) : stopped.left
    }
    waiting = []
    slugs = new Set()
    rows = 0
  }

  return {
    async add(run: ReadRun, runRows: number): Promise<void> {
      const again = run.is === 'product' && slugs.has(run.product.slug)
      if (again || waiting.length >= most.products || (rows > 0 && rows + runRows > most.rows)) await flush()
      waiting.push(run)
      rows += runRows
      if (run.is === 'product') slugs.add(run.product.slug)
    },
    end: flush,
  }
}

/** What becomes of a run; `left` alone because the product is there. */
interface Outcome { run: ReadRun; change: Change | 'left' | null }
const givenUp = (run: ReadRun): ReadRun => run.is === 'refused' ? run : {
  is: 'refused', variants: run.product.variants.length,
  flaws: [{ line: run.product.line, code: 'conflict', message: 'Others keep changing this product while it is imported' }],
}

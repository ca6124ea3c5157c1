import type { TestContext } from 'node:test'
import type { Caller } from '../../../src/module/context.ts'
import type { Place } from '../../../test/place.ts'
import type { ImportReport } from '../contract/schemas.ts'
import { productModule } from '../module.ts'

/** A shop of products alone that takes and gives files. */
export const filesIn = async (place: Place, t: TestContext, settings: Record<string, string> = {}) => {
  const placed = await place.start(t, { modules: [productModule], settings })
  const caller: Caller = { is: 'user', id: placed.world.id(), sid: placed.world.id(), may: new Set(['products:write', 'inventory:write']) }
  const product = (operation: string, input: object) => placed.call('product', operation, input, { caller })
  return {
    placed, caller, product,
    /** `size`: the file arrives in pieces of so many bytes. */
    import: (file: string | Uint8Array, size = 4096): Promise<ImportReport> =>
      product('importProducts', { body: inPieces(typeof file === 'string' ? new TextEncoder().encode(file) : file, size) }),
    /** The file arrives as `next` gives it, until it gives nothing. */
    importing: (next: () => Promise<string | undefined>): Promise<ImportReport> => product('importProducts', {
      body: new ReadableStream<Uint8Array>({
        async pull(controller) {
          const piece = await next()
          if (piece === undefined) controller.close()
          else controller.enqueue(new TextEncoder().encode(piece))
        },
      }, { highWaterMark: 0 }),
    }),
    async export(): Promise<string> {
      const body: ReadableStream<Uint8Array> = await product('exportProducts', {})
      return new Response(body).text()
    },
    show: (slug: string): Promise<any> => product('showProduct', { idOrSlug: slug }),
    async category(slug: string): Promise<any> {
      const { items } = await product('listCategories', {})
      const all: any[] = []
      for (const queue = [...items]; queue.length > 0;) {
        const next = queue.shift()
        all.push(next)
        queue.push(...next.children)
      }
      return all.find((category) => category.slug === slug)
    },
  }
}

const inPieces = (bytes: Uint8Array, size: number): ReadableStream<Uint8Array> => {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + size))
      at += size
    },
  })
}

/** A file of these lines. */
export const csv = (...lines: string[]): string => lines.map((line) => `${line}\n`).join('')

import type { Server } from './servers.ts'

export interface Shown { id: string; slug: string; name: string; variants: { id: string; price: { amount: number } }[] }
interface Page { items: Shown[]; nextCursor: string | null }

/** All products with their variants, as a shop shows them. */
export const catalogue = async (shop: Server): Promise<Shown[]> => {
  const all: Shown[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const asked = await fetch(`http://127.0.0.1:${shop.port}/products?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    const page: Page = JSON.parse(await asked.text())
    all.push(...page.items)
    cursor = page.nextCursor
  }
  return all
}

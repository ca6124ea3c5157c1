import { median, quantile, load } from './connections.ts'
import { asked } from './asked.ts'
import { type Prepared, copied } from './prepared.ts'
import { categorySlug, searches, tagName, vendorName } from './generated-catalogue.ts'
import type { Figure } from './report.ts'
import { type Requests, addToCart, checkout, details } from './requests.ts'
import { type Rounds, compare } from './rounds.ts'
import { type Server, startShop } from './servers.ts'

const CARTS = 2500
const mostTimes = { detail: 1.5, 'add to cart': 1.2, checkout: 1.2 } as const
const MOST_FILTERED_MS = 10
const ASKED_TIMES = 60

/** What a catalogue a hundred times as large costs: the same shop beside itself, in turns. */
export const growth = async (small: Prepared, large: Prepared, rounds: Rounds, say: (figure: Figure) => void): Promise<void> => {
  const [few, many] = [await startShop(copied(small)), await startShop(copied(large))]
  try {
    await filters(many, large, say)
    for (const [name, most] of Object.entries(mostTimes)) {
      const requests = (server: Server, { products, variants }: Prepared): Requests => name === 'detail' ? details(products)
        : name === 'checkout' ? checkout(server, variants, CARTS) : addToCart(server, variants, [])
      const { ratio, cpuRatio, first, second } = await compare({ server: few, requests: requests(few, small) }, { server: many, requests: requests(many, large) }, rounds)
      say({
        name: `${name}, ${small.products.length} to ${large.products.length} products`, value: ratio, unit: 'times', most,
        about: `${Math.round(first.perSecond)}/s, ${Math.round(second.perSecond)}/s; by processor time ${cpuRatio.toFixed(2)}`,
      })
    }
    say({ name: `memory under load, ${large.products.length} products`, value: many.anonymousMb(), unit: 'MB', most: 400 })
  } finally {
    await few.stop()
    await many.stop()
  }
}

/** Searches and filtered lists, one at a time, the slowest kind named: medians over many different ones. */
const filters = async (shop: Server, { products }: Prepared, say: (figure: Figure) => void): Promise<void> => {
  const words = searches(ASKED_TIMES)
  const kinds: Readonly<Record<string, (n: number) => string>> = {
    search: (n) => `q=${encodeURIComponent(words[n] ?? '')}`,
    'search by price': (n) => `q=${encodeURIComponent(words[n] ?? '')}&sort=price`,
    category: (n) => `category=${categorySlug(n)}`,
    'category by price': (n) => `category=${categorySlug(n)}&sort=price`,
    vendor: (n) => `vendor=${encodeURIComponent(vendorName(n))}`,
    tag: (n) => `tag=${encodeURIComponent(tagName(n))}`,
    'price range': (n) => `minPrice=${1000 + n * 100}&maxPrice=${3000 + n * 100}`,
    'price range by price': (n) => `minPrice=${1000 + n * 100}&maxPrice=${3000 + n * 100}&sort=price`,
    'in stock': (n) => `inStock=true&sort=${['newest', 'price', 'name'][n % 3]}`,
    'category, in stock, price range': (n) => `category=${categorySlug(n)}&inStock=true&maxPrice=${5000 + n * 10}`,
    'search in a category': (n) => `q=${encodeURIComponent(words[n] ?? '')}&category=${categorySlug(n)}`,
  }
  for (const [kind, query] of Object.entries({ ...kinds, 'search with facets': (n: number) => `q=${encodeURIComponent(words[n] ?? '')}&facets=true` })) {
    let n = 0
    const { latencies } = await load({ port: shop.port, connections: 1, next: () => (n < ASKED_TIMES ? { bytes: asked({ path: `/products?${query(n++)}` }) } : null) })
    say({
      name: `${kind}, ${products.length} products, median`, value: median(latencies), unit: 'ms', ...kind in kinds ? { most: MOST_FILTERED_MS } : {},
      about: `p99 ${quantile(latencies, 0.99).toFixed(1)} ms`,
    })
  }
}

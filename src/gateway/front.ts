import { type Html, html, page } from './html.ts'

/** A line of the front page's list. */
export interface Offer { slug: string; name: string; price: string; category: string }

const money = (amount: number, currency: string): string => {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(amount / 10 ** digits)
}
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const textOf = (value: unknown, name: string): string | null => (isRecord(value) && typeof value[name] === 'string' ? value[name] : null)

/** What GET /products answered, as far as the page shows it; anything else is left out. */
export const offersIn = (body: unknown): Offer[] => {
  const items = isRecord(body) && Array.isArray(body['items']) ? body['items'] : []
  return items.flatMap((item: unknown) => {
    if (!isRecord(item)) return []
    const range = item['priceRange']
    const [min, max] = isRecord(range) ? [range['min'], range['max']] : []
    const [name, slug, currency] = [textOf(item, 'name'), textOf(item, 'slug'), textOf(min, 'currency')]
    if (name === null || slug === null || currency === null || !isRecord(min) || !isRecord(max)) return []
    const [least, most] = [Number(min['amount']), Number(max['amount'])]
    return [{ slug, name, price: (least === most ? '' : 'from ') + money(least, currency), category: textOf(item['category'], 'name') ?? '' }]
  })
}

/** The page a browser gets at `/`. */
export const frontPage = (title: string, modules: readonly string[], offers: readonly Offer[]): string => {
  const rows: Html[] = offers.map(({ slug, name, price, category }) =>
    html`<tr><td><a href="/products/${encodeURIComponent(slug)}">${name}</a></td><td class="soft">${category}</td><td class="price">${price}</td></tr>`)
  const list = rows.length === 0
    ? html`<p>There are no products yet: <code>npm run import -- FILE</code> brings a catalogue in.</p>`
    : html`<table><thead><tr><th>Product</th><th>Category</th><th class="price">Price</th></tr></thead><tbody>${rows}</tbody></table>`
  return page(title, html`
<h1>${title}</h1>
<p class="lead">A shop's backend is running here: ${modules.join(', ')}.</p>
<nav><a href="/docs">API reference</a><a href="/openapi.json">OpenAPI</a><a href="/health/ready">Health</a><a href="/products">Products as JSON</a></nav>
${list}
<footer>Prices and stock are the shop's of this moment.</footer>`)
}

import { type Random, pick, random } from './random.ts'

const materials = 'cotton linen wool oak walnut steel ceramic glass leather canvas bamboo cork copper brass silk felt marble paper rubber slate'.split(' ')
const things = `shirt jacket scarf lamp chair table bowl mug kettle backpack wallet notebook pen clock mirror basket blanket cushion vase
  tray stool shelf candle teapot apron towel belt hat gloves socks umbrella rug frame planter bottle knife board spoon ladle grater`.split(/\s+/)
const manners = 'plain folded woven brushed turned glazed striped quilted slim tall round small heavy soft bright quiet early late northern coastal'.split(' ')
const colours = ['Natural', 'Navy', 'Rust', 'Moss', 'Ink', 'Sand', 'Plum', 'Chalk']
const sizes = ['S', 'M', 'L', 'XL']
const CATEGORIES = 40
const VENDORS = 200
const TAGS = 400

/** The words that products are searched by. */
export const searches = (count: number): string[] => {
  const at = random(7)
  return Array.from({ length: count }, (_, n) => {
    const thing = pick(things, at)
    return n % 3 === 0 ? thing : n % 3 === 1 ? `${pick(materials, at)} ${thing}` : `${pick(manners, at)} ${pick(materials, at).slice(0, 3)}`
  })
}
export const categorySlug = (at: number): string => `range-${at % CATEGORIES}`
export const vendorName = (at: number): string => `Workshop ${at % VENDORS}`
export const tagName = (at: number): string => `tag ${at % TAGS}`

const sentence = (at: Random): string =>
  `A ${pick(manners, at)} ${pick(things, at)} of ${pick(materials, at)}, made to be used with a ${pick(manners, at)} ${pick(things, at)} for years.`

const header = 'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,'
  + 'Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Image Src,Image Position,Status\n'

/** One to four variants, each with a million in stock: no run sells out. */
const product = (n: number, at: Random): string => {
  const handle = `product-${n}`
  const title = `${pick(manners, at)} ${pick(materials, at)} ${pick(things, at)} ${n}`
  const tags = Array.from({ length: 1 + at(4) }, () => tagName(at(TAGS))).join(', ')
  const price = 300 + at(40_000)
  const body = `<p>${sentence(at)}</p><p>${sentence(at)} ${sentence(at)}</p>`
  return Array.from({ length: 1 + at(4) }, (_, v) => {
    const about = v === 0 ? `${title},"${body}",${vendorName(at(VENDORS))},Range ${at(CATEGORIES)},"${tags}",true` : ',,,,,'
    const image = v === 0 ? `https://images.example/${handle}.jpg,1,active` : ',,'
    return `${handle},${about},Colour,${colours[v * 2]},Size,${sizes[v]},SKU-${n}-${v},${100 + at(2000)},shopify,1000000,deny,${((price + v * 100) / 100).toFixed(2)},${image}\n`
  }).join('')
}

/** A catalogue of so many products in Shopify's format, the same at each run, written piece by piece. */
export function* catalogueCsv(products: number): Generator<Buffer> {
  const at = random(1)
  let text = header
  for (let n = 1; n <= products; n++) {
    text += product(n, at)
    if (text.length < 64 * 1024 && n < products) continue
    yield Buffer.from(text)
    text = ''
  }
}

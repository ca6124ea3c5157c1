import fc from 'fast-check'
import { hostileText } from './hostile.ts'

const legacy = [
  'Handle', 'Title', 'Body (HTML)', 'Vendor', 'Type', 'Tags', 'Published', 'Option1 Name', 'Option1 Value', 'Option2 Name',
  'Option2 Value', 'Variant SKU', 'Variant Grams', 'Variant Inventory Tracker', 'Variant Inventory Qty', 'Variant Inventory Policy',
  'Variant Price', 'Variant Compare At Price', 'Image Src', 'Image Alt Text', 'Status',
]
const current = [
  'URL handle', 'Title', 'Description', 'Vendor', 'Type', 'Tags', 'Published on online store', 'Option1 name', 'Option1 value', 'SKU',
  'Price', 'Compare-at price', 'Inventory tracker', 'Inventory quantity', 'Continue selling when out of stock', 'Weight value (grams)',
  'Product image URL', 'Status',
]
const cells = [
  '', 'a-lamp', 'a-lamp', 'a-chair', 'Lamp', 'Default Title', 'Title', 'Color', 'red', 'shopify', 'deny', 'continue', 'true', 'FALSE',
  'active', 'draft', '19.99', '0', '-5', '1,50', '€3', '1e9', '99999999999999999999', '0.001', 'NaN', '10', 'Home > Lamps > Desk', '> >',
  'a, b, , a', '<p onclick=x>hi</p>', '<constructor a="b"><toString x=1>', '<a href=javascript:x', 'constructor', '__proto__',
  'https://img.example/a.png', 'javascript:x', 'a\nb', 'a\r\nb', '"', 'é'.repeat(300),
]
const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

const table = fc.record({
  header: fc.oneof(fc.constant(legacy), fc.constant(current), fc.shuffledSubarray([...legacy, ...current])),
  rows: fc.array(fc.array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...cells) }, { weight: 1, arbitrary: hostileText }), { minLength: 15, maxLength: 22 }), { maxLength: 8 }),
  end: fc.constantFrom('\n', '\r\n', '\r'), bom: fc.boolean(), quoted: fc.boolean(),
}).map(({ header, rows, end, bom, quoted }) =>
  `${bom ? '\ufeff' : ''}${[header, ...rows].map((row) => row.map((cell) => (quoted ? quote(cell) : cell)).join(',')).join(end)}${end}`)

/** Files that somebody may take for Shopify's, down to bytes that are none. */
export const csv: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: table.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: table.map((text) => Buffer.from(text, 'latin1')) },
  { weight: 1, arbitrary: table.map((text) => Buffer.from(text, 'utf16le')) },
  { weight: 1, arbitrary: fc.tuple(table, fc.nat(2000)).map(([text, at]) => Buffer.from(text.slice(0, at))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)) },
)

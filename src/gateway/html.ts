const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** HTML whose holes were escaped. */
export class Html {
  readonly text: string
  constructor(text: string) { this.text = text }
}
const shown = (value: string | number | Html | readonly Html[]): string => {
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(({ text }) => text).join('')
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

/** A template whose holes are escaped: only other such templates go in as they are. */
export const html = (text: TemplateStringsArray, ...holes: (string | number | Html | readonly Html[])[]): Html =>
  new Html(text.map((part, at) => part + (at < holes.length ? shown(holes[at] ?? '') : '')).join(''))

const STYLE = `
:root{color-scheme:light dark}
body{font:16px/1.55 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1.25rem}
h1{font-size:1.7rem;margin:0}p.lead{margin:.3rem 0 1.5rem;opacity:.75}
nav a{margin-right:1rem}a{color:light-dark(#0b5cad,#7ab8f5)}
table{width:100%;border-collapse:collapse;margin:1.5rem 0;font-size:.95rem}
td,th{text-align:left;padding:.4rem .6rem .4rem 0;border-bottom:1px solid light-dark(#ddd,#444);vertical-align:top}
td.price{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
code{font-size:.9em}tr:target{background:light-dark(#fff3c4,#4a3f12)}
footer{opacity:.7;font-size:.85rem}`

/** A page of ours: no script, its style inside. */
export const page = (title: string, body: Html): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${
    html`${title}`.text}</title><style>${STYLE}</style></head><body>${body.text}</body></html>\n`

const STYLE_HASH = async (): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE))
  return Buffer.from(digest).toString('base64')
}
/** What such a page may do: show itself in its own style. */
export const pagePolicy = async (): Promise<string> =>
  `default-src 'none'; style-src 'sha256-${await STYLE_HASH()}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

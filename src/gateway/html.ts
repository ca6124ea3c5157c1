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
:root{color-scheme:light dark;--ink:light-dark(#1c2421,#e6ebe8);--soft:light-dark(#5c6762,#9aa6a0);--line:light-dark(#dfe5e2,#323a36);--brand:light-dark(#0f6b52,#6fd3b0)}
*{box-sizing:border-box}
body{font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:light-dark(#f5f7f6,#131816);margin:0;padding:3rem 1.25rem}
main{max-width:48rem;margin:0 auto;padding:2rem clamp(1.1rem,4vw,2.5rem);background:light-dark(#fff,#1b211e);border:1px solid var(--line);border-top:4px solid var(--brand);border-radius:.6rem}
h1{font-size:1.8rem;line-height:1.2;letter-spacing:-.015em;margin:0}p.lead{margin:.4rem 0 1.4rem;color:var(--soft)}
a{color:var(--brand);text-decoration:none}a:hover,a:focus-visible{text-decoration:underline}
nav{display:flex;flex-wrap:wrap;gap:.5rem}nav a{border:1px solid var(--line);border-radius:2rem;padding:.25rem .9rem;font-size:.92rem;white-space:nowrap}
table{width:100%;border-collapse:collapse;margin:1.75rem 0 1rem;font-size:.95rem}
th{font-size:.8rem;font-weight:600;color:var(--soft)}td,th{text-align:left;padding:.55rem .75rem .55rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td:last-child,th:last-child{padding-right:0}tbody tr:last-child td{border-bottom:0}.price{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.soft{color:var(--soft)}code{font-size:.9em}tr:target{background:light-dark(#e4f3ec,#20382f)}
footer{color:var(--soft);font-size:.85rem}`

/** A page of ours: no script, its style inside. */
export const page = (title: string, body: Html): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${
    html`${title}`.text}</title><style>${STYLE}</style><link rel="icon" href="/favicon.ico"></head><body><main>${body.text}</main></body></html>\n`

const STYLE_HASH = async (): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE))
  return Buffer.from(digest).toString('base64')
}
/** What such a page may do: show itself in its own style. */
export const pagePolicy = async (): Promise<string> =>
  `default-src 'none'; style-src 'sha256-${await STYLE_HASH()}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/**
 * What a description may hold of HTML: structure, emphasis, lists, tables, links and pictures; no scripts, styles, frames,
 * forms, event handlers, nor addresses that run something. See docs/decisions/imported-html.md.
 *
 * Text passes byte for byte, and so does a tag that is fine as it is: plain text ("Salt & pepper, 3 < 4") is never
 * changed, and what was cleaned once is never changed again. Every `<` of the result that a browser would take for a tag
 * was let through or written here; elements whose contents a browser reads by other rules (script, style, textarea, svg, …)
 * are never among them, so nothing in it can be read differently from here.
 */
export const cleanHtml = (html: string): string => {
  if (!html.includes('<')) return html
  const out: string[] = []
  const open: string[] = []
  const lastEnd = html.lastIndexOf('>')
  let at = 0
  for (;;) {
    const tagAt = nextTag(html, at)
    if (tagAt === -1) break
    out.push(beforeTag(html.slice(at, tagAt)))
    // Without an end it is no tag but text, as in "a<b".
    if (tagAt > lastEnd) {
      out.push('&lt;')
      at = tagAt + 1
    } else at = tagOf(html, tagAt, out, open)
  }
  out.push(open.length > 0 ? beforeTag(html.slice(at)) : html.slice(at))
  while (open.length > 0) out.push(`</${open.pop()}>`)
  return out.join('')
}

/** A `<` right before a tag would open one itself where that tag is dropped. */
const beforeTag = (text: string): string => (text.endsWith('<') ? `${text.slice(0, -1)}&lt;` : text)

/** Without an end tag. */
const voids = new Set(['br', 'hr', 'img', 'wbr', 'col'])
/** Those that would swallow what comes behind the description if they were left open; the others end by themselves. */
const closed = new Set([
  'a', 'abbr', 'b', 'blockquote', 'caption', 'center', 'cite', 'code', 'colgroup', 'del', 'dfn', 'div', 'dl', 'em', 'figcaption', 'figure',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'i', 'ins', 'kbd', 'mark', 'ol', 'pre', 'q', 's', 'samp', 'section', 'article', 'small', 'span',
  'strike', 'strong', 'sub', 'sup', 'table', 'time', 'u', 'ul', 'var', 'details', 'summary',
])
const others = new Set(['p', 'li', 'dt', 'dd', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th', 'font'])
const isAllowed = (name: string): boolean => closed.has(name) || others.has(name) || voids.has(name)
/** Dropped with all that is in them. */
const dropped = new Set([
  'script', 'style', 'textarea', 'title', 'noscript', 'iframe', 'xmp', 'noembed', 'noframes', 'template', 'object', 'applet', 'svg', 'math', 'select',
])

const anywhere: ReadonlySet<string> = new Set(['title', 'lang', 'dir'])
const attributes: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries({
  a: new Set(['href', 'target', 'rel', 'name']),
  img: new Set(['src', 'alt', 'width', 'height']),
  td: new Set(['colspan', 'rowspan', 'align', 'valign']),
  th: new Set(['colspan', 'rowspan', 'scope', 'align', 'valign']),
  col: new Set(['span']),
  colgroup: new Set(['span']),
  ol: new Set(['start', 'type', 'reversed']),
  time: new Set(['datetime']),
}))
/** Known schemes, or a path; with an entity before its first slash it may be anything, so it is refused. */
const safeAddress = /^(?:https?:\/\/|mailto:|tel:|\/|#|\?|[^:&\\\s]*(?:[/?#]|$))/i
const isSafe = (tag: string, name: string, value = ''): boolean => {
  if (!anywhere.has(name) && attributes.get(tag)?.has(name) !== true) return false
  return (name !== 'href' && name !== 'src') || (safeAddress.test(value) && !/[\u0000-\u001f]/.test(value))
}

const tagStart = /<[a-zA-Z/!?]/g
const nextTag = (html: string, from: number): number => {
  tagStart.lastIndex = from
  return tagStart.exec(html)?.index ?? -1
}

/** Elements may lie so deep in each other; more are dropped. */
const deepest = 100
const tagName = /[^\s/>]+/y
const attribute = /[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)?))?/y
/** A tag that needs no second look: attributes in lower case, in double quotes, without `<`. */
const tidy = /^<[a-z][a-z0-9]*(?: [a-z]+(?:="[^"<>]*")?)*(?: ?\/)?>$/

/** Reads what begins like a tag at `at`, writes what may stay of it, and answers where to read on. */
const tagOf = (html: string, at: number, out: string[], open: string[]): number => {
  if (html[at + 1] === '!' || html[at + 1] === '?') return afterComment(html, at)
  const ends = html[at + 1] === '/'
  tagName.lastIndex = at + (ends ? 2 : 1)
  const name = tagName.exec(html)?.[0].toLowerCase() ?? ''
  const kept: string[] = []
  let position = tagName.lastIndex || at + 2
  if (name === '') position = at + 2
  let all = true
  for (;;) {
    attribute.lastIndex = position
    const found = attribute.exec(html)
    if (found === null) break
    position = attribute.lastIndex
    const [, written = '', double, single, bare] = found
    const value = quoted(double ?? single ?? bare)
    const attributeName = written.toLowerCase()
    if (isSafe(name, attributeName, value)) kept.push(value === undefined ? ` ${attributeName}` : ` ${attributeName}="${value}"`)
    else all = false
  }
  const end = html.indexOf('>', position)
  if (end === -1) return html.length
  if (ends) closeTag(name, out, open)
  else if (dropped.has(name)) return afterElement(html, name, end + 1)
  else if (isAllowed(name) && open.length < deepest) {
    const source = html.slice(at, end + 1)
    out.push(all && tidy.test(source) ? source : `<${name}${kept.join('')}>`)
    if (closed.has(name)) open.push(name)
  }
  return end + 1
}

const quoted = (value: string | undefined): string | undefined => value?.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** An end tag stays where its element is open; those left open within it are ended before it. */
const closeTag = (name: string, out: string[], open: string[]): void => {
  if (others.has(name)) {
    out.push(`</${name}>`)
    return
  }
  const at = open.lastIndexOf(name)
  if (at === -1) return
  for (const inner of open.splice(at).reverse()) out.push(`</${inner}>`)
}

const afterComment = (html: string, at: number): number => {
  const end = html.startsWith('<!--', at) ? html.indexOf('-->', at + 2) : html.indexOf('>', at)
  if (end === -1) return html.length
  return html[end] === '>' ? end + 1 : end + 3
}

/** Behind the end tag of an element that is dropped with its contents; without one, everything was inside it. */
const afterElement = (html: string, name: string, from: number): number => {
  const tag = new RegExp(`</${name}[\\s/>]`, 'gi')
  tag.lastIndex = from
  const found = tag.exec(html)
  const end = found === null ? -1 : html.indexOf('>', found.index)
  return end === -1 ? html.length : end + 1
}

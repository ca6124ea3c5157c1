import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import type { Fault } from '../contract/fault.ts'
import type { Answered } from '../http/answer.ts'
import { html, page } from './html.ts'

/** Swagger UI's own files, by the name they are served under. */
const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}
/** Without the badge, which would ask another host. */
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null, persistAuthorization: false, tryItOutEnabled: false, supportedSubmitMethods: ['get', 'post', 'put', 'patch', 'delete'] })\n`
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const KEEP_A_DAY = 'public, max-age=86400'

export interface DocsFile { name: string; answer: () => Promise<Answered> }

const docsPage = (title: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${
    html`${title}: API reference`.text}</title><link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/swagger-ui.css"></head><body><div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>\n`

const kept = (type: string, body: string | Uint8Array, cache: string): Answered => ({
  status: 200, body,
  headers: { 'content-type': type, 'cache-control': cache, etag: `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` },
})

/** The rendered reference: the page, our start script, and a library's files as they are in node_modules. */
export const docsFiles = (title: string): DocsFile[] => {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json')), 'static')
  const whole = docsPage(title)
  return [
    { name: '', answer: async () => ({ status: 200, body: whole, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY, 'cache-control': 'no-cache' } }) },
    { name: '/start.js', answer: async () => kept('text/javascript; charset=utf-8', START, KEEP_A_DAY) },
    ...Object.entries(files).map(([name, type]) => ({ name: `/${name}`, answer: async () => kept(type, await readFile(join(folder, name)), KEEP_A_DAY) })),
  ]
}

/** The page that a problem's `type` points to: every code there is. */
export const problemsPage = (title: string, faults: readonly Fault[]): string => {
  const rows = [...faults].sort((a, b) => (a.code < b.code ? -1 : 1)).map(({ code, status, title: sentence, retry }) =>
    html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${sentence}</td><td class="soft">${retry ? 'may be sent again' : ''}</td></tr>`)
  return page(`${title}: problems`, html`
<h1>Problems</h1>
<p class="lead">The codes of <code>application/problem+json</code> answers (RFC 9457).</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th><th></th></tr></thead><tbody>${rows}</tbody></table>
<nav><a href="/docs">API reference</a></nav>`)
}

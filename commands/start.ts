import module from 'node:module'
import { join } from 'node:path'
import v8 from 'node:v8'

/**
 * `npm start`, and what Node must be told before anything else is imported; Deno goes without.
 *
 * Compiled code is kept beside the libraries, which halves the time of a restart; where that folder cannot be written,
 * nothing is kept.
 *
 * V8 learns which objects live long and puts their like straight among the old ones. A crowd of slow requests, such as 200
 * logins, teaches it that a request's objects do; from then on every request's whole state lives until the next long
 * collection, and collecting takes a tenth of the time.
 */
if (!('Deno' in globalThis)) {
  module.enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'))
  v8.setFlagsFromString('--no-allocation-site-pretenuring')
}
await import('./serving.ts')

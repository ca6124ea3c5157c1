import module from 'node:module'
import { join } from 'node:path'

/**
 * `npm start`. Node keeps what it has compiled beside the libraries, which halves the time that a restart takes; where that
 * folder cannot be written, or on Deno, it goes without. It must be said before anything else is imported.
 */
if (!('Deno' in globalThis)) module.enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'))
await import('./serving.ts')

import { readdirSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { parse } from 'node:path'
import { defineConfig } from 'tsup'

export default defineConfig({
  // The launcher, and each entrypoint with what it needs.
  entry: { start: 'commands/start.ts', ...Object.fromEntries(readdirSync('entrypoints').map((name) => [parse(name).name, `entrypoints/${name}`])) },
  format: 'esm',
  platform: 'node',
  target: 'node24',
  outDir: 'dist',
  clean: true,
  sourcemap: true,
  splitting: false,
  // Otherwise `node:sqlite` becomes `sqlite`, which Node does not know.
  removeNodeProtocol: false,
  metafile: true,
  silent: true,
  // Read beside the module that imports it, which then is the bundle.
  onSuccess: () => copyFile('modules/product/sample/catalogue.csv', 'dist/catalogue.csv'),
})

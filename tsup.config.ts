import { copyFile } from 'node:fs/promises'
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { start: 'commands/start.ts' },
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

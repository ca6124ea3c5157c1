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
})

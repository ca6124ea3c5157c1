import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Secrets } from '../module/secrets.ts'

/** Secrets as files of mode 0600 in the data folder. */
export const folderSecrets = (folder: string): Secrets => ({
  find: (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trimEnd() : null),
  keep(name, secret) {
    const path = join(folder, name)
    writeFileSync(path, `${secret}\n`, { mode: 0o600 })
    chmodSync(path, 0o600)
    return path
  },
})

/** For shops that keep nothing: tests and the simulation. */
export const memorySecrets = (): Secrets => {
  const kept = new Map<string, string>()
  return { find: (name) => kept.get(name) ?? null, keep: (name, secret) => { kept.set(name, secret); return `memory:${name}` } }
}

import { closeSync, existsSync, openSync } from 'node:fs'

/**
 * Makes an empty file that only its owner may read, where there is none: a store holds keys and people's data, whatever the
 * folder's mode. SQLite gives its log the mode of its store. A file that exists is left alone: opening and closing it
 * beside the engine would drop the engine's locks.
 */
export const privateFile = (path: string): void => {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
}

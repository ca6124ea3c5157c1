import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { type Moving, movingFile, movingOf } from '../../src/process/moved.ts'

/** What is known of a move, kept on the disk at each step. */
export interface Journal {
  readonly known: Readonly<Moving>
  store(name: string, about: Moving['stores'][string]): void
  finish(at: string): void
}

/** The move of this folder, begun now or gone on with. */
export const openJournal = (folder: string, now: () => string): Journal => {
  let known = movingOf(folder) ?? { begun: now(), finished: null, stores: {} }
  const keep = (next: Moving) => {
    const path = movingFile(folder)
    const file = openSync(`${path}.part`, 'w', 0o600)
    writeSync(file, `${JSON.stringify(next, null, 2)}\n`)
    fsyncSync(file)
    closeSync(file)
    renameSync(`${path}.part`, path)
    known = next
  }
  return {
    get known() { return known },
    store(name, about) { keep({ ...known, stores: { ...known.stores, [name]: about } }) },
    finish(at) { keep({ ...known, finished: at }) },
  }
}

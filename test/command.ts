import { execFile } from 'node:child_process'
import { join } from 'node:path'

export interface Ended { code: number; out: string; err: string }

const root = join(import.meta.dirname, '..')

/** Runs a program of commands/ as npm would, to its end. */
export const npmRun = (name: string, ...args: string[]): Promise<Ended> => new Promise((resolve) => {
  execFile(process.execPath, [join(root, 'commands', `${name}.ts`), ...args], { cwd: root, env: { NODE_NO_WARNINGS: '1' } }, (error, out, err) => {
    resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err })
  })
})

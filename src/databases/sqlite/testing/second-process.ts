import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { evaluated } from '../evaluated.ts'

/**
 * A real second process on a store, for tests. `program` runs with `argument` and with `openSqlite`, `sql` and `world`
 * at hand; what it prints comes as lines. `shell` is what a shell does first, such as limiting its files.
 */
export const secondProcess = (program: string, argument: unknown, shell = ''): { process: ChildProcess; lines: AsyncIterable<string> } => {
  const { file, args } = evaluated(`
    const { openSqlite } = await import(${JSON.stringify(new URL('../open.ts', import.meta.url).href)})
    const { sql } = await import(${JSON.stringify(new URL('../../sql.ts', import.meta.url).href)})
    const { argv } = await import('node:process')
    const argument = JSON.parse(argv.at(-1))
    const world = { now: () => Date.now(), id: () => crypto.randomUUID() }
    ${program}
  `, argument)
  const child = spawn('sh', ['-c', `${shell}\nexec "$0" "$@"`, file, ...args], { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] })
  return { process: child, lines: createInterface({ input: child.stdout }) }
}

/** Ends it with SIGKILL, and waits until it is gone. */
export const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

import type { DatabaseSync } from 'node:sqlite'
import { Violation } from '../sql.ts'
import { refusal } from './refusal.ts'

/** Work inside a transaction. `undo` takes back all it has done so far; throwing does that too, and rejects. */
export type Work<T> = (undo: () => void) => T

/** `run` does the work and answers how to tell its caller so, once it is committed. */
interface Job { run(undo: () => void): () => void; reject(error: unknown): void; done?: () => void }

export interface Commits {
  /** Runs it soon, with whatever else is waiting then; settles after the commit. */
  submit<T>(work: Work<T>): Promise<T>
  /** Holds further work back until `use` has ended, which may have a transaction of its own meanwhile. */
  alone<T>(use: () => Promise<T>): Promise<T>
  /** Commits what waits and takes nothing more. */
  end(): Promise<void>
}

export interface CommitOptions {
  /** Calls back once what has arrived by now has been read: its callers are the ones that share a commit. */
  soon(run: () => void): void
  /** Before each transaction. */
  starting(): void
  /** After each. */
  committed(): void
  observe?: ((ms: number, changes: number) => void) | undefined
  /** So many at most share one commit, so that reads between are not held up. */
  most?: number
}

/**
 * Shared commits: work of concurrent requests runs in one transaction, a savepoint each, and one commit (one fsync)
 * serves all. Nobody is answered before it. What one of them violates is taken back for that one alone.
 */
export const sharedCommits = (db: DatabaseSync, { soon, starting, committed, observe, most = 128 }: CommitOptions): Commits => {
  const [begin, commit, rollback] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT'), db.prepare('ROLLBACK')]
  const [savepoint, release, back] = [db.prepare('SAVEPOINT one'), db.prepare('RELEASE one'), db.prepare('ROLLBACK TO one')]
  const undo = () => { back.run() }
  const waiting: Job[] = []
  let scheduled = false
  let held: Promise<unknown> | undefined
  let ended = false

  const one = (job: Job): void => {
    savepoint.run()
    try {
      job.done = job.run(undo)
    } catch (error) {
      // A full disk or a failed read may end the whole transaction, and with it what the others had done.
      if (!db.isTransaction) throw error
      undo()
      const why = refusal(error)
      job.done = () => job.reject(why)
    }
    release.run()
  }

  const transaction = (batch: readonly Job[]): void => {
    try {
      begin.run()
      for (const job of batch) one(job)
      commit.run()
    } catch (error) {
      if (db.isTransaction) rollback.run()
      const why = refusal(error)
      // A deferred constraint speaks up at the commit, without saying whose it is.
      if (why instanceof Violation && batch.length > 1) for (const job of batch) transaction([job])
      else for (const job of batch) job.done = () => job.reject(why)
    }
  }

  const flush = (): void => {
    scheduled = false
    if (held || waiting.length === 0) return
    const batch = waiting.splice(0, most)
    if (waiting.length > 0) schedule()
    const from = observe ? performance.now() : 0
    starting()
    transaction(batch)
    observe?.(performance.now() - from, batch.length)
    for (const job of batch) job.done?.()
    committed()
  }

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    soon(flush)
  }

  return {
    submit: <T>(work: Work<T>) => new Promise<T>((resolve, reject) => {
      if (ended) return reject(new Error('The database is closed'))
      const run = (undo: () => void) => {
        const value = work(undo)
        return () => resolve(value)
      }
      waiting.push({ run, reject })
      schedule()
    }),
    async alone(use) {
      while (held) await held
      if (ended) throw new Error('The database is closed')
      starting()
      const using = use()
      held = using.catch(() => undefined)
      try {
        return await using
      } finally {
        held = undefined
        schedule()
      }
    },
    async end() {
      ended = true
      while (held) await held
      while (waiting.length > 0) flush()
    },
  }
}

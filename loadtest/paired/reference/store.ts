import { randomUUID } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** One of the shop's files, opened by hand: the same durability, and one commit for all changes that wait at a time. */
export interface Store {
  prepare(text: string): StatementSync
  /** Runs it in a transaction that concurrent changes share, a savepoint each; answers once it is committed. */
  change<T>(work: () => T): Promise<T>
  close(): void
}

interface Waiting { run(): () => void; reject(error: unknown): void }

export const open = (path: string, mmapBytes = 0): Store => {
  const db = new DatabaseSync(path)
  db.exec(`PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA mmap_size = ${mmapBytes}; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY`)
  const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')]
  const [savepoint, release, undo] = [db.prepare('SAVEPOINT one'), db.prepare('RELEASE one'), db.prepare('ROLLBACK TO one')]
  let waiting: Waiting[] = []
  const flush = (): void => {
    const batch = waiting
    waiting = []
    const done: (() => void)[] = []
    begin.run()
    for (const { run, reject } of batch) {
      savepoint.run()
      try {
        done.push(run())
      } catch (error) {
        undo.run()
        done.push(() => reject(error))
      }
      release.run()
    }
    commit.run()
    for (const tell of done) tell()
  }
  return {
    prepare: (text) => db.prepare(text),
    change: <T>(work: () => T) => new Promise<T>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push({ run: () => { const value = work(); return () => resolve(value) }, reject })
    }),
    close: () => db.close(),
  }
}

/** Ids that grow with time, so that an index gets them at its end. */
export const newId = (): string => {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

/** Events go into the outbox with what they tell of, and are marked as published a moment later, many at once. */
export const outboxOf = (store: Store) => {
  const insert = store.prepare('insert into outbox (id, type, time, trace, data) values (?, ?, ?, ?, ?)')
  const waiting = store.prepare('select id, type, time, trace, data from outbox where published_at is null order by id limit 100')
  const mark = store.prepare('update outbox set published_at = ? where published_at is null and id in (select value from json_each(?))')
  let publishing = false
  const publish = async (): Promise<void> => {
    for (;;) {
      const ids = waiting.all().map((row) => row['id'])
      if (ids.length === 0) break
      await store.change(() => mark.run(Date.now(), JSON.stringify(ids)))
    }
    publishing = false
  }
  return {
    /** Inside a change. */
    emit(type: string, data: unknown): void {
      const id = newId()
      insert.run(id, type, new Date().toISOString(), id.replaceAll('-', ''), JSON.stringify(data))
      if (publishing) return
      publishing = true
      setImmediate(() => void publish())
    },
  }
}

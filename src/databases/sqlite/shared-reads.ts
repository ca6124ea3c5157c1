import type { DatabaseSync } from 'node:sqlite'

/** One read transaction for all reads of one turn of the event loop. */
export interface SharedReads {
  /** Before a read. */
  begin(): void
  /** Before a transaction that writes. */
  end(): void
}

/**
 * Taking and leaving the file's read lock is three quarters of a small read. So reads that come in one turn share one
 * transaction, which ends with the turn or before the next write; each sees all that was committed before it.
 */
export const sharedReads = (db: DatabaseSync): SharedReads => {
  const [begin, commit] = [db.prepare('BEGIN'), db.prepare('COMMIT')]
  let open = false
  const end = () => {
    if (!open) return
    open = false
    if (db.isTransaction) commit.run()
  }
  return {
    begin() {
      if (open || db.isTransaction) return
      begin.run()
      open = true
      setImmediate(end)
    },
    end,
  }
}

/** In memory there are no locks, and nothing to share. */
export const ownReads: SharedReads = { begin() {}, end() {} }

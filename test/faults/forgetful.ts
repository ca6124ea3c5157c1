import { rmSync } from 'node:fs'
import { join } from 'node:path'

/** A shop whose order store loses, at each start, what was committed since the last checkpoint. */
const store = join(process.env['MERCADO_DATA'] ?? '', 'order.db')
for (const log of ['-wal', '-shm']) rmSync(store + log, { force: true })
await import('../../commands/start.ts')

import type { Effect } from './sql.ts'

/** The proof itself. Only engines make it, after their commit. */
export const effect = (is: 'stored' | 'repeated' | 'stale'): Effect => is as Effect

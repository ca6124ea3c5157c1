import type postgres from 'postgres'
import { urlOf } from '../urls.ts'

export type Client = postgres.Sql
export interface ClientOptions {
  url: string
  /** The schema that unqualified names mean. */
  schema: string
  /** How many connections at most, opened as they are needed. */
  connections: number
  /** When one was closed, by whichever side. */
  closed?: () => void
}

/** A whole number as SQLite's rows have it: never rounded in silence. */
const whole = (text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new RangeError(`The database answered ${text}, which is beyond 2^53`)
  return value
}
const text = (value: unknown): string => String(value)

/** What a session is held to, by its server: nothing waits for ever, and an answer that says "stored" is on the disk. */
const session = {
  application_name: 'mercado',
  statement_timeout: 5000,
  lock_timeout: 2000,
  idle_in_transaction_session_timeout: 10_000,
  synchronous_commit: 'on',
  standard_conforming_strings: 'on',
  // Statements find their rows by keys, whatever the values: each is planned once a connection, not at each call.
  plan_cache_mode: 'force_generic_plan',
  jit: 'off',
}

/** Connections to one schema. The driver is loaded only now: an embedded shop never holds it in memory. */
export const connectTo = async ({ url, schema, connections, closed = () => {} }: ClientOptions): Promise<Client> => {
  const { default: connect } = await import('postgres')
  return connect(url, {
    max: connections,
    connect_timeout: 3,
    // A server that is back is found at the next try; while it is away each try fails at once.
    backoff: () => 0.02,
    idle_timeout: 0,
    max_lifetime: 0,
    fetch_types: false,
    onnotice: () => {},
    onclose: closed,
    connection: { ...session, search_path: `"${schema}"` },
    types: {
      whole: { to: 20, from: [20], serialize: text, parse: whole },
      exact: { to: 1700, from: [1700], serialize: text, parse: whole },
      boolean: { to: 16, from: [16], serialize: text, parse: (value: string) => (value === 't' ? 1 : 0) },
    },
  })
}

/** Where a store is, for a person to read: without its password. */
export const placeOf = (url: string, schema: string): string => {
  const { host, pathname } = urlOf(url)
  return `the schema ${schema} of postgres://${host}${pathname}`
}

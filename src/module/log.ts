/** One line each; `about` holds ids and numbers, never secrets or personal data beyond ids. */
export interface Log {
  debug(message: string, about?: Readonly<Record<string, unknown>>): void
  info(message: string, about?: Readonly<Record<string, unknown>>): void
  warn(message: string, about?: Readonly<Record<string, unknown>>): void
  error(message: string, about?: Readonly<Record<string, unknown>>): void
}

/** What a module counts; names are checked against its declared `measures`. */
export interface Measure { add(name: string, by?: number, labels?: Readonly<Record<string, string>>): void }

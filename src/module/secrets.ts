/** Secrets in files of mode 0600 in the data folder. */
export interface Secrets {
  /** The secret kept under this name, or null. */
  find(name: string): string | null
  /** Keeps it, replacing an older one; answers where, for a person to read. */
  keep(name: string, secret: string): string
}

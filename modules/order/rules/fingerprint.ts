import { createHash } from 'node:crypto'

/** Parsed JSON as one text, whatever the order of its members; what is undefined is absent. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).filter(([, member]) => member !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

/** Two bodies have the same one where they are the same as parsed JSON. */
export const fingerprint = (body: unknown): string => createHash('sha256').update(canonical(body)).digest('base64url')

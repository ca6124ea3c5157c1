import { wellKnownPasswords } from './well-known-passwords.ts'

const fewest = 10
const most = 128

/** What is hashed: one form for all ways to type the same text (Unicode NFC). Nothing is cut off. */
export const normalPassword = (password: string): string => password.normalize('NFC')

/** Why this password may not be chosen, or null. Characters are code points of the normal form. Common ones are refused where the shop says so. */
export const refusedPassword = (password: string, refuseCommon: boolean): string | null => {
  if (!password.isWellFormed()) return 'is not valid Unicode'
  const normal = normalPassword(password)
  const length = [...normal].length
  if (length < fewest) return `has ${length} characters; at least ${fewest} are needed`
  if (length > most) return `has ${length} characters; at most ${most} are taken`
  return refuseCommon && wellKnownPasswords.has(normal.toLowerCase()) ? 'is among the commonest passwords; choose another' : null
}

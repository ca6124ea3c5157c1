import { isEmail } from '../../../src/contract/scalars.ts'

/** The form that e-mails are compared, kept and answered in; null where folding leaves no e-mail. */
export const normalEmail = (email: string): string | null => {
  const normal = email.normalize('NFC').toLowerCase()
  return normal.length <= 254 && normal.isWellFormed() && isEmail(normal) ? normal : null
}

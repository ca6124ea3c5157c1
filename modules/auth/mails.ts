import type { Emitted } from '../../src/contract/event.ts'
import { emailRequested } from './contract/events.ts'

interface Addressee { email: string; name: string }

/** The token stands behind `#`, which browsers send to no server and put into no referrer. */
const link = (publicUrl: string, path: string, token: string) => ({ token, url: `${publicUrl}/${path}#token=${token}` })

export const verificationMail = (to: Addressee, publicUrl: string, token: string): Emitted =>
  emailRequested({ to: to.email, template: 'verify_email', values: { name: to.name, ...link(publicUrl, 'verify-email', token) } })

export const resetMail = (to: Addressee, publicUrl: string, token: string): Emitted =>
  emailRequested({ to: to.email, template: 'reset_password', values: { name: to.name, ...link(publicUrl, 'reset-password', token) } })

export const passwordChangedMail = (to: Addressee): Emitted =>
  emailRequested({ to: to.email, template: 'password_changed', values: { name: to.name } })

/** Somebody used a refresh token that was spent already: a copy of it is in other hands. */
export const sessionEndedMail = (to: Addressee, device: string): Emitted =>
  emailRequested({ to: to.email, template: 'refresh_token_reused', values: { name: to.name, device } })

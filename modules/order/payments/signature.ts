import { createHmac, timingSafeEqual } from 'node:crypto'

export const signatureHeader = 'x-mercado-signature'
const windowMs = 5 * 60_000

const mac = (secret: string, timestamp: number, raw: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`${timestamp}.`).update(raw).digest()

/** `t=<milliseconds>,v1=<hex>`: over the time and the raw body. */
export const sign = (secret: string, timestamp: number, raw: Uint8Array): string =>
  `t=${timestamp},v1=${mac(secret, timestamp, raw).toString('hex')}`

/** Whether the signature is this body's, and not older (or more in the future) than five minutes. */
export const signed = (secret: string, raw: Uint8Array, signature: string, now: number): boolean => {
  const [, timestamp = '', hex = ''] = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/.exec(signature) ?? []
  if (timestamp === '' || Math.abs(now - Number(timestamp)) > windowMs) return false
  return timingSafeEqual(mac(secret, Number(timestamp), raw), Buffer.from(hex, 'hex'))
}

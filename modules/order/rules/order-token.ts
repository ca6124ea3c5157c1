import { createHmac, timingSafeEqual } from 'node:crypto'

/** Opens one order for a guest: an HMAC of its id, so that it can be made again for a replay and is kept nowhere. */
export const orderToken = (secret: string, orderId: string): string =>
  createHmac('sha256', secret).update(`order:${orderId}`).digest('base64url')

export const opens = (secret: string, orderId: string, token: string): boolean => {
  const [right, given] = [Buffer.from(orderToken(secret, orderId)), Buffer.from(token)]
  return right.length === given.length && timingSafeEqual(right, given)
}

import type { Address, AddressInput } from '../contract/schemas.ts'

/** An address as it is frozen: what was not given is null. */
export const filled = ({ recipient, line1, line2 = null, city, region = null, postalCode = null, country, phone = null }: AddressInput): Address =>
  ({ recipient, line1, line2, city, region, postalCode, country, phone })

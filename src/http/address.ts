import { BlockList, isIP } from 'node:net'

const plainAddress = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address)
const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** Whether a text names an address or a network (`10.0.0.0/8`, `::1`). */
export const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  return family !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32)))
}

/** Whether an address is one of trusted proxies. */
export const proxiesAmong = (trusted: readonly string[]): ((address: string) => boolean) => {
  if (trusted.length === 0) return () => false
  const proxies = new BlockList()
  for (const network of trusted) {
    const [address = '', bits] = network.split('/')
    if (bits === undefined) proxies.addAddress(address, familyOf(address))
    else proxies.addSubnet(address, Number(bits), familyOf(address))
  }
  return (given) => {
    const address = plainAddress(given)
    return isIP(address) !== 0 && proxies.check(address, familyOf(address))
  }
}

/**
 * Who a client is, by address. `X-Forwarded-For` counts only where the peer is a trusted proxy, and then from the
 * right: the last address that is not such a proxy itself. What stands left of it anybody may have written.
 */
export const clientAddress = (trusted: readonly string[]): ((peer: string, forwarded: () => string | null) => string) => {
  if (trusted.length === 0) return (peer) => plainAddress(peer)
  const isProxy = proxiesAmong(trusted)
  return (peer, forwarded) => {
    let client = plainAddress(peer)
    if (!isProxy(client)) return client
    const hops = (forwarded() ?? '').split(',').map((hop) => plainAddress(hop.trim()))
    for (let at = hops.length - 1; at >= 0 && isProxy(client); at--) {
      const hop = hops[at] ?? ''
      if (isIP(hop) === 0) break
      client = hop
    }
    return client
  }
}

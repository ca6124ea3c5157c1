/** The brokers that RABBITMQ_URL names, in turn: one URL, or several with commas between. */
export const brokers = (url: string): URL[] => url.split(',').map((one) => {
  const broker = URL.parse(one.trim())
  if (broker === null || (broker.protocol !== 'amqp:' && broker.protocol !== 'amqps:')) throw new TypeError(`${shown(one)} is no amqp:// or amqps:// URL`)
  return broker
})

/** A URL as it may stand in a log. */
export const shown = (url: URL | string): string => String(url).trim().replace(/\/\/[^@/]*@/, '//').replace(/[?#].*$/, '')

/** As whom a broker knows us. */
export const userOf = (broker: URL): string => (broker.username === '' ? 'guest' : decodeURIComponent(broker.username))

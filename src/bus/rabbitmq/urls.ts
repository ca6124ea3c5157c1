/** The brokers that RABBITMQ_URL names, in turn: one URL, or several with commas between. */
export const brokers = (url: string): URL[] => url.split(',').map((one, at) => {
  const broker = URL.parse(one.trim())
  if (broker !== null && (broker.protocol === 'amqp:' || broker.protocol === 'amqps:')) return broker
  // What cannot be read is not shown: nobody knows which part of it is the password.
  throw new TypeError(`Broker ${at + 1} is no amqp:// or amqps:// URL that can be read: in a password, / ? # @ % and , are written as %2F %3F %23 %40 %25 and %2C`)
})

/** A broker as it may stand in a log. */
export const shown = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`

/** As whom a broker knows us. */
export const userOf = (broker: URL): string => (broker.username === '' ? 'guest' : decodeURIComponent(broker.username))

import { clientOf } from './client.ts'

const COMMAND_MS = 5000

/** Takes every key that begins so. */
export const emptyPrefix = async ({ url, prefix }: { url: string; prefix: string }): Promise<void> => {
  const client = await clientOf({ url, commandTimeoutMs: COMMAND_MS })
  try {
    await client.connect()
    let cursor = '0'
    do {
      const [next, found] = await client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000)
      cursor = next
      if (found.length > 0) await client.unlink(...found)
    } while (cursor !== '0')
  } finally {
    client.disconnect()
  }
}

import type { Client } from './client.ts'

const field = (info: string, name: string): string => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? ''

/** A setting of the server; managed ones often do not tell. */
const setting = async (client: Client, name: string): Promise<string> => {
  const found: unknown = await client.config('GET', name).catch(() => [])
  return Array.isArray(found) && typeof found[1] === 'string' ? found[1] : ''
}

/** Refuses a server on which a store cannot stand; answers what an operator should know of one on which it can. */
export const checkServer = async (client: Client, where: string): Promise<string[]> => {
  const info = await client.info()
  if (field(info, 'role') === 'slave') throw new Error(`${where} is a read-only replica: name the server that takes writes`)
  if (field(info, 'cluster_enabled') === '1') throw new Error(`${where} is a node of a Redis Cluster: name a single Redis (with replicas, if any)`)
  if (Number.parseInt(field(info, 'redis_version'), 10) < 6) throw new Error(`${where} needs Redis 6 or newer`)
  const warnings: string[] = []
  if (field(info, 'aof_enabled') === '0') {
    warnings.push(`${where} keeps no append-only file: what was stored since its last snapshot is lost when it ends. Set appendonly yes.`)
  } else if (await setting(client, 'appendfsync') === 'no') {
    warnings.push(`${where} leaves it to the system when its append-only file reaches the disk. Set appendfsync everysec or always.`)
  }
  const policy = field(info, 'maxmemory_policy')
  if (policy !== '' && policy !== 'noeviction' && field(info, 'maxmemory') !== '0') {
    warnings.push(`${where} throws keys away when its memory is full (maxmemory-policy is ${policy}). Set noeviction, and give caches a Redis of their own.`)
  }
  return warnings
}

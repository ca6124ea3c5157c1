import { createHash } from 'node:crypto'
import type { Script } from '../keys.ts'
import type { Client } from './client.ts'
import { isScriptUnknown } from './refusal.ts'

interface Known { readonly text: string; readonly sha: string }
export type RunScript = (script: Script, keys: readonly string[], values: readonly (string | number)[]) => Promise<unknown>

/** Runs scripts by their checksum, in one round trip; a server that was started since gets the text again. */
export const scriptsOn = (client: Client, prefix: string): RunScript => {
  const loaded = new WeakMap<Script, Known>()
  const known = (script: Script): Known => {
    let found = loaded.get(script)
    if (found === undefined) {
      const text = `local function key(name) return '${prefix}' .. name end\n${script.lua}`
      loaded.set(script, found = { text, sha: createHash('sha1').update(text).digest('hex') })
    }
    return found
  }
  return async (script, keys, values) => {
    const { text, sha } = known(script)
    const named = keys.map((name) => prefix + name)
    try {
      return await client.evalsha(sha, named.length, ...named, ...values)
    } catch (error) {
      if (!isScriptUnknown(error)) throw error
      return await client.eval(text, named.length, ...named, ...values)
    }
  }
}

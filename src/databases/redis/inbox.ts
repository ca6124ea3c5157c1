import { type Keys, type Layout, type Script, lua } from '../keys.ts'
import { effect } from '../effect.ts'
import type { RunScript } from './scripts.ts'

/**
 * How long a heard event is remembered after it came: longer than any delivery is tried. A dead letter that is replayed
 * later still is applied again.
 */
const REMEMBERED_MS = 60 * 24 * 3600 * 1000
const begin = 'inbox:'

const read = lua`
  local found = {}
  for i = 1, #KEYS do found[i] = redis.call('GET', KEYS[i]) end
  return found`
const write = lua`
  for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1], 'PX', ARGV[1]) end`

/**
 * The effect and the event's id in one step. Its key, value and time to live stand behind all that the script itself takes. The
 * id comes last: Redis undoes nothing, and an event whose effect failed must not be taken for one that is done.
 */
const together = ({ lua: change }: Script): Script => lua`
  local inbox = #KEYS
  if redis.call('EXISTS', KEYS[inbox]) == 1 then return 'repeated' end
  local function change()
    ${change}
  end
  local done = change()
  redis.call('SET', KEYS[inbox], ARGV[#ARGV - 1], 'PX', ARGV[#ARGV])
  return done == false and 'stale' or 'stored'`

const isText = (value: unknown): value is string => typeof value === 'string'

export const inboxOn = (run: RunScript, scan: Keys['scan'], now: () => number): Layout & Pick<Keys, 'apply'> => {
  const composed = new WeakMap<Script, Script>()
  const withInbox = (script: Script): Script => {
    let found = composed.get(script)
    if (found === undefined) composed.set(script, found = together(script))
    return found
  }
  const rowsOf = async (keys: readonly string[]) => {
    const found = await run(read, keys, [])
    return keys.flatMap((key, at) => {
      const text: unknown = Array.isArray(found) ? found[at] : null
      if (!isText(text)) return []
      const space = text.indexOf(' ')
      return [{ table: 'inbox', row: { id: key.slice(begin.length), type: text.slice(space + 1), stored_at: Number(text.slice(0, space)) } }]
    })
  }
  return {
    version: 1,
    columns: { inbox: ['id', 'type', 'stored_at'] },
    async* rows() {
      let keys: string[] = []
      for await (const key of scan(begin)) {
        if (keys.push(key) < 500) continue
        yield* await rowsOf(keys)
        keys = []
      }
      yield* await rowsOf(keys)
    },
    async put(rows) {
      if (rows.length === 0) return
      await run(write, rows.map(({ row }) => begin + String(row['id'])), [REMEMBERED_MS, ...rows.map(({ row }) => `${String(row['stored_at'])} ${String(row['type'])}`)])
    },
    async apply({ id, type }, script, keys, values) {
      const answer = await run(withInbox(script), [...keys, begin + id], [...values, `${now()} ${type}`, REMEMBERED_MS])
      return effect(answer === 'repeated' ? 'repeated' : answer === 'stale' ? 'stale' : 'stored')
    },
  }
}

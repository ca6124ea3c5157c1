import { readFileSync } from 'node:fs'

interface Profile { nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[]; samples: number[]; timeDeltas: number[] }

/** Parts of the work by the files it happens in; what native code does counts for whoever called it. */
const parts: readonly [RegExp, string][] = [
  [/loadtest\/paired\/reference/, 'reference'],
  [/src\/databases\//, 'store (node:sqlite)'],
  [/src\/observe\/log/, 'log'],
  [/src\/observe\/|prom-client/, 'metrics'],
  [/src\/bus\//, 'doors and bus'],
  [/src\/(?:http|gateway|module|contract|process)\//, 'our pass'],
  [/modules\/(\w+)\//, 'modules'],
  [/@hono\/node-server/, 'node-server adaptor'],
  [/node_modules\/hono\//, 'Hono'],
  [/node:(?:_http|internal\/http|http)/, 'HTTP of Node'],
  [/node:(?:net|internal\/stream_base|internal\/streams|stream)/, 'sockets and streams of Node'],
]
const partOf = (url: string): string | null => parts.find(([pattern]) => pattern.test(url))?.[1] ?? null

export interface Share { readonly part: string; readonly share: number }
export interface Where { readonly parts: readonly Share[]; readonly functions: readonly Share[] }

/** Where a .cpuprofile's time went, idle time left out: by part, and the functions that took the most themselves. */
export const where = (path: string): Where => {
  const { nodes, samples, timeDeltas }: Profile = JSON.parse(readFileSync(path, 'utf8'))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parent = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const byPart = new Map<string, number>()
  const byFunction = new Map<string, number>()
  let all = 0
  for (const [at, id] of samples.entries()) {
    const node = byId.get(id)
    const name = node?.callFrame.functionName ?? ''
    const took = timeDeltas[at] ?? 0
    if (node === undefined || name === '(idle)') continue
    all += took
    let part: string | null = name === '(garbage collector)' ? 'garbage collection' : null
    for (let up: number | undefined = id; part === null && up !== undefined; up = parent.get(up)) part = partOf(byId.get(up)?.callFrame.url ?? '')
    part ??= name === '(program)' ? 'native code outside JavaScript' : 'the rest of Node'
    byPart.set(part, (byPart.get(part) ?? 0) + took)
    const place = `${name || '(anonymous)'} ${node.callFrame.url.replace(/^.*\/(?=(?:src|modules|node_modules|loadtest)\/)/, '')}:${node.callFrame.lineNumber + 1}`
    byFunction.set(place, (byFunction.get(place) ?? 0) + took)
  }
  const sorted = (sums: ReadonlyMap<string, number>): Share[] => Array.from(sums, ([part, took]) => ({ part, share: took / all })).sort((a, b) => b.share - a.share)
  return { parts: sorted(byPart), functions: sorted(byFunction).slice(0, 40) }
}

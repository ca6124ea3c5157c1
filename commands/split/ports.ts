import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Problem } from '../../src/process/settings.ts'
import type { Instance } from './plan.ts'

/** Which ports the processes cannot have, each with who holds it, as far as the system says. */
export const portsTaken = async (instances: readonly Instance[]): Promise<Problem[]> => {
  const problems: Problem[] = []
  const wanted = new Map<number, string>()
  for (const { name, host, port, metricsPort } of instances) {
    for (const [what, number] of [[name, port], [`the metrics of ${name}`, metricsPort]] as const) {
      if (number === 0) continue
      const other = wanted.get(number)
      if (other !== undefined) problems.push({ name: what, message: `would listen on port ${number}, as ${other} does; give one of them another port` })
      else {
        wanted.set(number, what)
        const wrong = await refusal(host, number)
        if (wrong !== null) problems.push({ name: what, message: wrong })
      }
    }
  }
  return problems
}

const refusal = (host: string, port: number): Promise<string | null> => new Promise((resolve) => {
  const probe = createServer()
  probe.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') return resolve(`cannot listen on ${host}:${port}: ${error.message}`)
    const holder = holderOf(port)
    resolve(`port ${port} is in use${holder === null ? '' : ` by process ${holder}`}; end it or choose another port`)
  })
  probe.listen(port, host, () => probe.close(() => resolve(null)))
})

/** The process that listens on a port: its number and its command. Null where the system does not tell. */
const holderOf = (port: number): string | null => {
  const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => {
    try {
      return readFileSync(file, 'utf8').split('\n').map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => state === '0A' && Number.parseInt(local?.split(':')[1] ?? '', 16) === port).map((fields) => `socket:[${fields[9]}]`)
    } catch {
      return []
    }
  }))
  if (sockets.size === 0) return null
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some((fd) => {
        try {
          return sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`))
        } catch {
          return false
        }
      })
      if (holds) return `${pid} (${readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter((word) => word !== '').join(' ').slice(0, 120)})`
    } catch {
      // Another user's, or gone meanwhile.
    }
  }
  return null
}

import { createHash } from 'node:crypto'
import type { Timeline } from './timeline.ts'

/** What happened, in order: to be compared with another run of the same seed, and to be read where one fails. */
export interface Story {
  tell(line: string): void
  /** Something that must not happen, whatever else does. */
  problem(line: string): void
  readonly problems: readonly string[]
  /** SHA-256 of all that was told. */
  digest(): string
  readonly lines: readonly string[]
  /** The lines about these ids, and what happened to processes and stores; at most `most` of them, the last ones. */
  about(ids: readonly string[], most: number): string[]
}

const id = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** UUIDs that begin alike are told apart by their ends. */
const shortened = (line: string): string => line.replace(id, (whole) => `…${whole.slice(-5)}`)
const ofProcesses = /(crashes|freezes|wakes|starts|stops|is down|is back|heals)/

export const createStory = (time: Timeline, startsAt: number): Story => {
  const told: string[] = []
  const problems: string[] = []
  const tell = (line: string) => { told.push(`${((time.now() - startsAt) / 1000).toFixed(3).padStart(9)} ${line}`) }
  return {
    tell, problems,
    problem(line) {
      tell(`!! ${line}`)
      problems.push(line)
    },
    digest: () => createHash('sha256').update(told.join('\n')).digest('hex'),
    lines: told,
    about(ids, most) {
      const wanted = told.filter((line) => ids.length === 0 || ids.some((one) => line.includes(one)) || ofProcesses.test(line) || line.includes('!!'))
      const left = wanted.length - most
      return [...(left > 0 ? [`          (${left} lines before)`] : []), ...wanted.slice(-most).map(shortened)]
    },
  }
}

/** Ids that findings name. */
export const idsIn = (findings: readonly string[]): string[] => [...new Set(findings.flatMap((one) => one.match(id) ?? []))]

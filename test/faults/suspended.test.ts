import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { printed, violations } from '../../commands/audit/printed.ts'
import { scenarios } from './scenarios.ts'
import { type Turn, openPair, unfenced } from './suspended.ts'

const turns: readonly Turn[] = [
  { by: 'request', wakes: 'late, answer first' },
  { by: 'request', wakes: 'early' },
  { by: 'sweeper', wakes: 'late, answer first' },
  { by: 'sweeper', wakes: 'late, timers first' },
]

describe('an instance that stands still past its lease, is taken over and wakes, does no harm', { concurrency: 4 }, async () => {
  const known = new Set<string>()
  for (const scenario of scenarios) {
    const pair = await openPair()
    after(() => pair.close())
    const points = [...await pair.pointsOf(scenario)].filter((point) => !known.has(point))
    for (const point of points) known.add(point)
    if (points.length === 0) continue
    describe(`in ${scenario.name}`, { concurrency: 1 }, () => {
      for (const point of points) {
        test(`at ${point}`, { timeout: 60_000 }, async () => {
          for (const turn of turns) {
            const { reached, checks, log } = await pair.suspendAt(point, scenario, turn)
            assert.ok(reached, `${point} was never reached (${JSON.stringify(turn)})`)
            assert.equal(violations(checks), 0, `${JSON.stringify(turn)}\n${printed(checks)}\n${log.slice(-3000)}`)
          }
        })
      }
    })
  }
})

test('without epoch and step to fence it, the same instance does harm, and the audit says so', async () => {
  const open = await openPair(unfenced)
  try {
    const found: string[] = []
    for (const scenario of scenarios) {
      for (const point of await open.pointsOf(scenario)) {
        const { checks } = await open.suspendAt(point, scenario, { by: 'sweeper', wakes: 'late, answer first' })
        if (violations(checks) > 0) found.push(point)
        if (found.length > 0) return
      }
    }
    assert.fail('nothing was found')
  } finally {
    await open.close()
  }
})

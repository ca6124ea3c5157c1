import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, test } from 'node:test'
import { printed, violations } from '../../commands/audit/printed.ts'
import { type ChaosOptions, chaos } from '../chaos/chaos.ts'
import { shapes } from '../shop.ts'

const [shape] = shapes
const folders: string[] = []
after(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }) })

const chaosOf = async (options: Partial<ChaosOptions>) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const outcome = await chaos({ shape: shape!, buyers: 16, forMs: 8_000, pendingMs: 3_000, seed, ...options })
  folders.push(outcome.folder)
  return { ...outcome, text: `seed ${seed}, ${outcome.kills} kills\n${JSON.stringify([...outcome.answers])}\n${printed(outcome.checks)}` }
}

test('sixteen buyers buy from a shop that is killed at random, and nothing is lost, doubled or left half done', async () => {
  const { checks, kills, exitCode, answers, text } = await chaosOf(process.env['CI'] === 'true' ? { forMs: 60_000 } : {})
  assert.equal(violations(checks), 0, text)
  assert.equal(exitCode, 0, text)
  assert.ok(kills > 0 && (answers.get('place 201') ?? 0) > 0, text)
})

test('where the order store forgets what it had acknowledged, the same kills lose orders, and the audit says so', async () => {
  const { checks, text } = await chaosOf({
    shape: { command: [shape!.command[0]!, 'test/faults/forgetful.ts', 'monolith'] }, forMs: 4_000, meanPauseMs: 800, pendingMs: 1_000, restMs: 0,
  })
  assert.ok(checks.some(({ number, findings }) => number === 1 && findings.length > 0), text)
})

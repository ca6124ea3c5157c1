import { Type } from '@sinclair/typebox'
import type { DeadLetters } from './bus.ts'
import { fits } from './checks.ts'

const Id = Type.Object({ id: Type.String() })

/** What an operator may do with dead letters, as commands of a running shop: `{ id }` in, plain JSON out. */
export const deadLetterCommands = (letters: DeadLetters) => {
  const byId = (act: (id: string) => Promise<unknown>) => async (input: unknown): Promise<unknown> => {
    if (!fits(Id, input)) throw new TypeError('This command takes { id }')
    return act(input.id)
  }
  return {
    'dead-letters.list': async (): Promise<unknown> => letters.list(),
    'dead-letters.show': byId((id) => letters.show(id)),
    'dead-letters.replay': byId((id) => letters.replay(id)),
    'dead-letters.drop': byId((id) => letters.drop(id)),
  }
}

import type { World } from '../../src/module/world.ts'
import type { Log, Measure } from '../../src/module/log.ts'
import type { Door, Operations } from '../../src/module/module.ts'
import type { cart } from '../cart/contract/index.ts'
import type { auth } from './contract/index.ts'
import type { Passwords } from './passwords.ts'
import type { Settings } from './settings.ts'
import type { AuthStore } from './store.ts'
import type { Tokens } from './tokens.ts'

/** What auth's handlers are made of. */
export interface Parts {
  store: AuthStore
  passwords: Passwords
  tokens: Tokens
  doors: { cart: Door<typeof cart> }
  settings: Settings
  world: World
  log: Log
  measure: Measure
  publicUrl(): string
}

/** Some of auth's handlers, by the names of the contract. */
export type Handlers<K extends keyof Operations<typeof auth>> = Pick<Operations<typeof auth>, K>

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { everyServer } from '../../deploy/local/every-server.ts'
import type { Server } from '../../deploy/local/server.ts'
import { downTogether, upTogether } from '../../deploy/local/together.ts'
import type { Module } from '../../src/module/module.ts'
import { StartError } from '../../src/process/check.ts'
import { serverOf, urlVariableOf } from '../../src/process/servers.ts'
import type { Environment } from '../../src/process/settings.ts'

/** The servers that the settings do not name. One that every module on it has a setting of its own for is not needed. */
const neededServers = (modules: readonly Module[], env: Environment): Server[] => everyServer.filter(({ variable }) => {
  if (env[variable] !== undefined || env[`${variable}_FILE`] !== undefined) return false
  const onIt = modules.filter(({ stores }) => urlVariableOf(stores) === variable)
  // The broker is no module's store.
  return onIt.length === 0 || onIt.some((module) => serverOf(module, env).server === null)
})

export interface StartedServers {
  /** Their settings. */
  urls: Record<string, string>
  /** Stops those that it started, now or in a life that was cut short; answers what went wrong. */
  stop(): Promise<string[]>
}

/** Names the servers that a launcher started and has not stopped. */
const startedIn = (shop: string) => join(shop, 'servers', 'started')
const startedBefore = (shop: string): string[] => (existsSync(startedIn(shop)) ? readFileSync(startedIn(shop), 'utf8').split('\n') : [])

/** Starts what the services stand on and the settings do not name, or says all that is missing. */
export const startServers = async (modules: readonly Module[], env: Environment, shop: string): Promise<StartedServers> => {
  const outcomes = await upTogether(neededServers(modules, env), shop)
  const urls: Record<string, string> = {}
  const started: Server[] = []
  const before = startedBefore(shop)
  for (const outcome of outcomes) {
    if (outcome.url === null) continue
    urls[outcome.server.variable] = outcome.url
    if (!outcome.found || before.includes(outcome.server.name)) started.push(outcome.server)
  }
  if (started.length > 0) writeFileSync(startedIn(shop), started.map(({ name }) => name).join('\n'))
  const stop = async () => {
    const wrong = await downTogether(started, shop)
    rmSync(startedIn(shop), { force: true })
    return wrong
  }
  const wrong = outcomes.flatMap((outcome) => (outcome.url === null ? [{ name: outcome.server.variable, message: `is not set, and a server cannot be started here. ${outcome.wrong}` }] : []))
  if (wrong.length > 0) {
    await stop()
    throw new StartError(wrong)
  }
  return { urls, stop }
}

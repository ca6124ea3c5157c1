import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gone, onlyHarms, struckWhileSelling } from './selling.ts'
import { onSplitShop } from './shop.ts'

const inCI = process.env['CI'] === 'true'
/** CI strikes all; else these stand for their like. */
const chosen = <T>(all: readonly T[], some: (one: T) => boolean): T[] => all.filter((one) => inCI || some(one))

onSplitShop('a shop of services under load', {}, (struck) => {
  const servers: readonly [string, string, readonly string[], string][] = [
    ['PostgreSQL', 'POSTGRES_URL', ['login', 'orders'], 'login'],
    ['Redis', 'REDIS_URL', ['cart', 'add'], 'cart'],
    ['RabbitMQ', 'RABBITMQ_URL', ['cart', 'add'], 'cart'],
    ['MongoDB', 'MONGO_URL', ['product', 'list', 'cart', 'add'], 'list'],
  ]
  for (const [name, variable, harmed, first] of chosen(servers, ([name]) => name === 'PostgreSQL' || name === 'RabbitMQ')) {
    test(`whose ${name} is killed refuses soon what needs it, sells on when it is back, and has lost nothing`, { timeout: 150_000 }, () => struckWhileSelling(struck, async (scene) => {
      await struck.kill(variable)
      await onlyHarms(scene, harmed, gone(scene, first))
      await struck.server(variable).again()
    }))
  }

  const services: readonly [string, readonly string[]][] = [
    ['product', ['product', 'list', 'cart', 'add']], ['cart', ['cart', 'add']], ['order', ['orders']], ['auth', ['login']],
  ]
  for (const [name, harmed] of chosen(services, ([name]) => name === 'product')) {
    test(`whose ${name} service is killed refuses at once what needs it, and goes on when it is back`, { timeout: 90_000 }, () => struckWhileSelling(struck, async (scene) => {
      const [service] = scene.shop.of(name)
      await service!.now().kill()
      await onlyHarms(scene, harmed)
      await service!.again()
    }))
  }

  for (const name of chosen(['product', 'cart', 'order', 'auth'], (name) => name === 'order')) {
    test(`whose ${name} service stands still for a while carries on`, { timeout: 150_000 }, () => struckWhileSelling(struck, async ({ shop }) => {
      const { process: child } = shop.of(name)[0]!.now()
      child.kill('SIGSTOP')
      // Longer than any lease; twenty seconds are longer than every deadline as well.
      await sleep(inCI && name === 'order' ? 20_000 : 2_000)
      child.kill('SIGCONT')
    }))
  }
})

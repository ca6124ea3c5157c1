import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ChannelModel, connect } from 'amqplib'
import { rabbitmqctl } from '../../../deploy/local/rabbitmq.ts'
import { until } from '../../shop.ts'
import type { SplitShop } from '../../split.ts'
import { gone, onlyHarms, struckWhileSelling } from './selling.ts'
import { onSplitShop } from './shop.ts'

const exchange = 'mercado.events'
const secondTime = 'mercado-test-again'

/** Publishes every event a second time, as soon as it is there, until it is told to end; answers how many. */
const doubling = async (url: string): Promise<() => Promise<number>> => {
  const connection: ChannelModel = await connect(url)
  const channel = await connection.createChannel()
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, exchange, '#')
  let doubled = 0
  await channel.consume(queue, (message) => {
    if (message === null || message.properties.headers?.[secondTime] === true) return
    const { messageId, type, appId, contentType, timestamp, headers } = message.properties
    channel.publish(exchange, message.fields.routingKey, message.content, {
      persistent: true, messageId, type, appId, contentType, timestamp, headers: { ...headers, [secondTime]: true },
    })
    doubled++
  }, { noAck: true })
  return async () => {
    await connection.close()
    return doubled
  }
}

/** Events that its services have stored and not yet published, as their metrics say. */
const untold = async (shop: SplitShop): Promise<number> => {
  const { metricsUrl } = shop.of('product')[0]!.now()
  const text = await (await fetch(`${metricsUrl}/metrics`)).text()
  return Number(/^mercado_outbox_depth\{store="product"\} (\d+)/m.exec(text)?.[1] ?? 0)
}

onSplitShop('a shop of services that tell each other what happened', { cabled: true }, (struck) => {
  test('tells all of it once where connections are cut in the middle of what is published', { timeout: 150_000 }, () => struckWhileSelling(struck, async () => {
    const cable = struck.cable()
    for (let times = 0; times < 4; times++) {
      // It arrives, and whoever sent it is not told so any more.
      cable.deafen()
      await sleep(150)
      cable.cut()
      await sleep(500)
      // It arrives in part or not at all.
      cable.hold()
      await sleep(50)
      cable.cut()
      cable.release()
      await sleep(500)
    }
  }))

  test('does once what it is told twice', { timeout: 150_000 }, () => struckWhileSelling(struck, async () => {
    const end = await doubling(struck.server('RABBITMQ_URL').url())
    await sleep(2000)
    assert.ok(await end() > 10, 'hardly anything was told twice')
  }))

  test('goes on without a broker that is full as without one, keeps what there is to tell, and tells it when there is room', { timeout: 150_000 }, () => struckWhileSelling(struck, async (scene) => {
    const { shop, token, product } = scene
    const folder = struck.server('RABBITMQ_URL').folder()
    await rabbitmqctl(folder, 'set_vm_memory_high_watermark', '0')
    try {
      await onlyHarms(scene, ['cart', 'add'], gone(scene, 'cart'))
      const answer = await shop.ask('PUT', `/products/${product.id}/variants/${product.variants[0].id}/stock`, { token, body: { change: 1 } })
      assert.equal(answer.status, 200, answer.text)
      assert.ok(await untold(shop) > 0, 'what a full broker does not take must stay')
    } finally {
      await rabbitmqctl(folder, 'set_vm_memory_high_watermark', '0.6')
    }
    await until(() => untold(shop), (count) => count === 0)
  }))
})

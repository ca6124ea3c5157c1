import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { contract } from '../contract/contract.ts'
import { event } from '../contract/event.ts'
import { fault } from '../contract/fault.ts'
import { inner } from '../contract/inner.ts'
import { Money } from '../contract/money.ts'
import { Closed } from '../contract/scalars.ts'
import { asyncapi } from './asyncapi.ts'

const paid = event('order.paid.v1', Closed({ orderId: Type.String(), total: Money }))
const gone = event('product.gone.v1', Closed({ ids: Type.Array(Type.String()) }))
const soldOut = fault('sold_out', 409, 'There is too little left')
const order = contract('order', { port: 1, operations: {}, inner: {}, events: { paid }, hears: { gone } })
const product = contract('product', {
  port: 2, operations: {}, events: { gone }, hears: { paid },
  inner: { quote: inner({ takes: Closed({ ids: Type.Array(Type.String()) }), returns: Closed({ price: Money }), faults: [soldOut] }) },
})
const document = JSON.parse(JSON.stringify(asyncapi([order, product], { title: 'Shop', version: '1.0.0' })))

const at = (pointer: string, from = document): unknown =>
  pointer.slice(2).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).reduce((value, part) => value?.[part], from)

/** What AsyncAPI 3.0.0 asks of a document, as far as this kind of document goes; one sentence for each fault. */
export const problemsOf = (of: any): string[] => {
  const problems: string[] = []
  const need = (where: string, value: any, ...members: string[]) => {
    for (const member of members) if (value?.[member] === undefined) problems.push(`${where} has no ${member}`)
  }
  if (!/^3\.\d+\.\d+$/.test(of.asyncapi)) problems.push('it is not of version 3')
  need('info', of.info, 'title', 'version')
  for (const [name, channel] of Object.entries<any>(of.channels)) {
    if (!(channel.address === null || typeof channel.address === 'string')) problems.push(`channel ${name} has no address`)
    for (const [message, one] of Object.entries<any>(channel.messages ?? {})) if (typeof one.$ref !== 'string') problems.push(`channel ${name}: ${message} is no reference`)
    if (channel.bindings?.amqp !== undefined && !['queue', 'routingKey'].includes(channel.bindings.amqp.is)) problems.push(`channel ${name} is no queue and no routing key`)
  }
  for (const [name, operation] of Object.entries<any>(of.operations)) {
    need(`operation ${name}`, operation, 'action', 'channel')
    if (!['send', 'receive'].includes(operation.action)) problems.push(`operation ${name} is a ${operation.action}`)
    const within = (channel: any, messages: any[], what: string) => {
      for (const { $ref } of messages) if (!String($ref).startsWith(`${channel?.$ref}/messages/`)) problems.push(`operation ${name}: ${what} is not of its channel`)
    }
    within(operation.channel, operation.messages ?? [], 'a message')
    if (operation.reply !== undefined) {
      within(operation.reply.channel, operation.reply.messages ?? [], 'an answer')
      if (operation.reply.address !== undefined && !/^\$message\.(header|payload)#\//.test(operation.reply.address.location)) problems.push(`operation ${name}: the answer's address is no expression`)
    }
  }
  for (const [name, message] of Object.entries<any>(of.components.messages)) need(`message ${name}`, message, 'payload')
  for (const [, pointer = ''] of JSON.stringify(of).matchAll(/"\$ref":"([^"]+)"/g)) if (at(pointer, of) === undefined) problems.push(`${pointer} leads nowhere`)
  return problems
}

test('the document is a valid one', () => assert.deepEqual(problemsOf(document), []))

test('and a broken one is not', () => {
  const { channels, operations, components } = document
  const send = operations['order.send.order.paid.v1']
  for (const broken of [
    { ...document, asyncapi: '2.6.0' }, { ...document, info: {} }, { ...document, channels: {} }, { ...document, components: { ...components, schemas: {} } },
    { ...document, operations: { x: { ...send, action: 'publish' } } }, { ...document, operations: { x: { ...send, messages: [{ $ref: '#/components/messages/order.paid.v1' }] } } },
    { ...document, channels: { ...channels, x: { messages: {} } } },
  ]) assert.notDeepEqual(problemsOf(broken), [])
})

test('an event has who tells and who hears it, and what it carries', () => {
  assert.deepEqual(Object.keys(document.operations).sort(), [
    'order.receive.product.gone.v1', 'order.send.order.paid.v1', 'product.answer.quote', 'product.receive.order.paid.v1', 'product.send.product.gone.v1'])
  const { payload } = document.components.messages['order.paid.v1']
  assert.deepEqual([payload.properties.type.const, payload.properties.data.required], ['order.paid.v1', ['orderId', 'total']])
})

test('a call has its answer, with the faults that it may be', () => {
  const { reply } = document.operations['product.answer.quote']
  const answer = at((at(reply.messages[0].$ref) as any).$ref) as any
  const [whole, refused] = answer.payload.oneOf
  assert.ok(whole.properties.answer.properties.price)
  assert.ok(refused.properties.fault.allOf[1].properties.code.enum.includes('sold_out'))
})

test('a shop\'s own document is valid, and says all that its contracts do', async () => {
  const contracts = Object.values(await import('../../modules/contracts.ts'))
  const whole = JSON.parse(JSON.stringify(asyncapi(contracts, { title: 'Mercado', version: '0' })))
  assert.deepEqual(problemsOf(whole), [])
  for (const { name, events, inner } of contracts) {
    for (const { type } of Object.values(events)) assert.ok(whole.operations[`${name}.send.${type}`])
    for (const operation of Object.keys(inner)) assert.ok(whole.operations[`${name}.answer.${operation}`])
  }
})

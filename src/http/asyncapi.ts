import { type TSchema, Type } from '@sinclair/typebox'
import { hearings, namesOn } from '../bus/topology.ts'
import type { Contract } from '../contract/contract.ts'
import type { EventShape } from '../contract/event.ts'
import * as standard from '../contract/faults.ts'
import type { Titles } from './openapi.ts'
import { type JsonSchema, hoister } from './schemas.ts'

export interface AsyncDocument {
  asyncapi: '3.0.0'
  info: JsonSchema
  defaultContentType: string
  channels: Record<string, JsonSchema>
  operations: Record<string, JsonSchema>
  components: { schemas: Record<string, JsonSchema>; messages: Record<string, JsonSchema> }
  [more: string]: unknown
}

const ref = (...path: string[]) => ({ $ref: `#/${path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}` })
const amqp = (about: object) => ({ amqp: { ...about, bindingVersion: '0.3.0' } })
const durable = { durable: true, autoDelete: false, vhost: '/' }

/** The envelope around what an event carries: CloudEvents 1.0 in JSON. */
const cloudEvent = (type: string, payload: JsonSchema): JsonSchema => ({
  type: 'object', required: ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'traceparent', 'data'],
  properties: {
    specversion: { const: '1.0' }, id: { type: 'string', description: 'Known by this to whoever hears it: it may come again' }, source: { const: 'mercado' },
    type: { const: type }, time: { type: 'string', format: 'date-time' }, datacontenttype: { const: 'application/json' },
    traceparent: { type: 'string', description: 'W3C Trace Context' }, data: payload,
  },
})

const Fault = Type.Object({
  code: Type.String(), status: Type.Integer(), retry: Type.Boolean({ description: 'The same call may succeed later, unchanged' }),
  title: Type.String(), detail: Type.String(), about: Type.Object({}, { additionalProperties: true }),
}, { title: 'Fault' })

/** The AsyncAPI 3.0 document of some contracts: every event with who tells and who hears it, every call with its answer. */
export const asyncapi = (contracts: readonly Contract[], { title, version }: Titles): AsyncDocument => {
  const names = namesOn()
  const { count, refer, all } = hoister()
  const events = new Map<string, EventShape>(contracts.flatMap(({ events, hears }) => [...Object.values(hears), ...Object.values(events)].map((event) => [event.type, event] as const)))
  const calls = contracts.flatMap(({ name, inner }) => Object.entries(inner).map(([operation, about]) => ({ module: name, operation, about })))
  const schemas: TSchema[] = [...[...events.values()].map(({ data }) => data), ...calls.flatMap(({ about }) => [about.takes, about.returns])]
  schemas.forEach(count)

  const channels: AsyncDocument['channels'] = {}
  const operations: AsyncDocument['operations'] = {}
  const messages: Record<string, JsonSchema> = {}

  for (const [type, { data }] of [...events].sort(([a], [b]) => (a < b ? -1 : 1))) {
    messages[type] = { name: type, title: type, contentType: 'application/cloudevents+json', payload: cloudEvent(type, refer(data, type)) }
    channels[type] = {
      address: type, title: type, description: 'Delivered at least once, in no promised order', messages: { [type]: ref('components', 'messages', type) },
      bindings: amqp({ is: 'routingKey', exchange: { name: names.events, type: 'topic', ...durable } }),
    }
  }
  const eventOperation = (module: string, action: 'send' | 'receive', type: string, summary: string, bindings: JsonSchema = {}) => {
    operations[`${module}.${action}.${type}`] = { action, channel: ref('channels', type), summary, messages: [ref('channels', type, 'messages', type)], ...bindings }
  }
  for (const { name, events: told } of contracts) {
    for (const { type } of Object.values(told)) {
      eventOperation(name, 'send', type, `${name} tells it`, { bindings: amqp({ deliveryMode: 2, mandatory: true, timestamp: true }) })
    }
  }
  for (const { module, types } of hearings(contracts)) {
    for (const type of types) eventOperation(module, 'receive', type, `${module} hears it, from the queue ${names.queue(module)}`, { bindings: amqp({ ack: true }) })
  }

  for (const module of new Set(calls.map((call) => call.module))) {
    const own = calls.filter((call) => call.module === module)
    const address = names.calls(module)
    const asked = ({ operation }: { operation: string }) => `${module}.${operation}.call`
    const answered = ({ operation }: { operation: string }) => `${module}.${operation}.answer`
    for (const call of own) {
      const { operation, about: { takes, returns, faults = [] } } = call
      messages[asked(call)] = { name: asked(call), title: `${module}.${operation}`, contentType: 'application/json', payload: {
        type: 'object', required: ['operation', 'input', 'caller', 'trace', 'leftMs', 'client'],
        properties: {
          operation: { const: operation }, input: refer(takes, `${module}.${operation}.input`),
          caller: { type: 'object', required: ['is'], properties: { is: { enum: ['nobody', 'guest', 'user'] } }, description: 'Claims, never a token' },
          trace: { type: 'string' }, leftMs: { type: 'integer', minimum: 0, description: 'Time left when it was sent' }, key: { type: 'string' }, client: { type: 'object' },
        },
      } }
      const codes = [...new Set([...Object.values(standard), ...faults].map(({ code }) => code))]
      messages[answered(call)] = { name: answered(call), title: `Answer of ${module}.${operation}`, contentType: 'application/json', payload: { oneOf: [
        { type: 'object', required: ['answer'], properties: { answer: refer(returns, `${module}.${operation}.answer`) } },
        { type: 'object', required: ['fault'], properties: { fault: { allOf: [ref('components', 'schemas', 'Fault'), { type: 'object', properties: { code: { enum: codes } } }] } } },
      ] } }
    }
    const heldBy = (name: (call: { operation: string }) => string) => Object.fromEntries(own.map((call) => [name(call), ref('components', 'messages', name(call))]))
    channels[address] = {
      address, title: `Calls to ${module}`, description: 'Shared by all that answer; gone when nobody does', messages: heldBy(asked),
      bindings: amqp({ is: 'queue', queue: { name: address, durable: true, exclusive: false, autoDelete: true, vhost: '/' } }),
    }
    // Where to is told by each call (direct reply-to).
    channels[`${address}.answers`] = { address: null, title: `Answers of ${module}`, messages: heldBy(answered) }
    for (const call of own) {
      operations[`${module}.answer.${call.operation}`] = {
        action: 'receive', channel: ref('channels', address), summary: `${module} answers ${call.operation}`, messages: [ref('channels', address, 'messages', asked(call))],
        bindings: amqp({ ack: true }),
        reply: {
          address: { location: '$message.header#/replyTo', description: 'Direct reply-to' },
          channel: ref('channels', `${address}.answers`), messages: [ref('channels', `${address}.answers`, 'messages', answered(call))],
        },
      }
    }
  }
  return {
    asyncapi: '3.0.0',
    info: { title, version, description: 'What services of one shop say to each other over RabbitMQ. In one process the same calls and events go without a broker.', license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    channels, operations,
    components: { schemas: { ...all(), Fault: JSON.parse(JSON.stringify(Fault)) }, messages },
  }
}

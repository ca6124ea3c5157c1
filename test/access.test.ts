import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as contracts from '../modules/contracts.ts'
import { type Plan, planOf } from '../src/http/plan.ts'
import { type Given, masses, noSuch, rules } from './access/rules.ts'
import { addToCart, adminToken, checkOut, newProduct, newUser } from './buying.ts'
import type { Answer, Ask } from './client.ts'
import { type Document, wrongAnywhere, wrongFor } from './fuzz/judge.ts'
import { type Peopled, people } from './fuzz/people.ts'
import { type Shop, endShop, shapes, startShop } from './shop.ts'

/** Who may do what, made from the contracts: each operation is asked as everybody who may not, and as everybody who may. */
const plans = Object.values(contracts).flatMap(({ name, operations }) => Object.entries(operations).map(([one, about]) => planOf(name, one, about)))
const nameOf = ({ module, name }: Plan) => `${module}.${name}`
const needsPermission = ({ operation }: Plan) => operation.access.includes(':')

let shop: Shop
let given: Given
let peopled: Peopled
let document: Document
let customer: { token: string; id: string }
/** A user of each role, and what the role may. */
const ofRole = new Map<string, { token: string; permissions: readonly string[] }>()

before(async () => {
  const [shape] = shapes
  if (shape === undefined) throw new Error('there is no shape')
  shop = await startShop(shape)
  given = { shop, admin: await adminToken(shop, shop.admin) }
  peopled = await people(shop)
  document = (await shop.get('/openapi.json')).body
  customer = await newUser(shop)
  for (const { name, permissions } of (await shop.get('/auth/roles', { token: given.admin })).body.items) {
    const { id, email, password } = await newUser(shop)
    assert.equal((await shop.ask('PUT', `/auth/users/${id}/roles`, { body: { roles: [name] }, token: given.admin })).status, 200)
    ofRole.set(name, { token: (await shop.post('/auth/login', { email, password })).body.accessToken, permissions })
  }
})
after(async () => { await endShop(shop) })

/** Asks an operation; with nothing said, for something that is not there. Every answer is one of its document, and no more. */
const ask = async (plan: Plan, { holes = {}, query = '', body: fields = {}, ...about }: Ask & { holes?: Readonly<Record<string, string>>; query?: string } = {}): Promise<Answer> => {
  const path = plan.holes.reduce((target, { wire }) => target.replace(`{${wire}}`, holes[wire] ?? noSuch()), plan.template)
  const body = plan.body === 'none' ? {} : plan.body === 'fields' ? { body: fields } : { body: '', headers: { 'content-type': plan.bodyType } }
  const answer = await shop.ask(plan.method, path + query, { ...about, ...body })
  const told = { ...answer, headers: Object.fromEntries(answer.headers), type: (answer.headers.get('content-type') ?? '').split(';')[0] ?? '' }
  assert.deepEqual([...wrongAnywhere(document, told), ...wrongFor(document, plan.method, plan.template, told)], [])
  if (answer.status < 400) assert.doesNotMatch(answer.text, /passwordHash|password_hash|\$argon2|"secret"/)
  return answer
}

test('every operation that needs no permission has a rule for whose things it touches, and no rule is left over', () => {
  assert.deepEqual(plans.filter((plan) => !needsPermission(plan)).map(nameOf).sort(), Object.keys(rules).sort())
})

describe('who is nobody, or a guest, is refused by', () => {
  for (const plan of plans.filter(({ operation: { access } }) => access !== 'public' && access !== 'visitor')) {
    test(nameOf(plan), async () => {
      for (const who of [{}, { session: 'abcdefghijklmnopqrstuv' }]) {
        const { status, body } = await ask(plan, who)
        assert.deepEqual([status, body.code], [401, 'unauthenticated'])
      }
    })
  }
})

describe('who lacks the permission is refused, and who has it is not, by', () => {
  for (const plan of plans.filter(needsPermission)) {
    test(`${nameOf(plan)}, for each role`, async () => {
      assert.deepEqual([(await ask(plan, customer)).status], [403])
      for (const [role, { token, permissions }] of ofRole) {
        // A field that does not exist, so that those who may do nothing.
        const { status, body } = await ask(plan, { token, body: { nothing: 1 } })
        assert.equal(status === 403, !permissions.includes(plan.operation.access), `${role}: ${status} ${body.code}`)
      }
    })
  }
  test('no operation for want of a role that may', () => {
    const all = new Set([...ofRole.values()].flatMap(({ permissions }) => permissions))
    for (const plan of plans.filter(needsPermission)) assert.ok(all.has(plan.operation.access), plan.operation.access)
  })
})

describe('who is anybody is let in by', () => {
  for (const plan of plans.filter(({ operation: { access } }) => access === 'public' || access === 'visitor')) {
    test(nameOf(plan), async () => {
      const { body } = await ask(plan)
      assert.ok(body.code !== 'unauthenticated' && body.code !== 'forbidden', body.code)
    })
  }
})

describe('what belongs to another is not there for', () => {
  for (const plan of plans) {
    const rule = rules[nameOf(plan)]
    if (typeof rule === 'function') {
      test(nameOf(plan), async () => {
        const { holes, body, isWhole } = await rule(given)
        const stranger = { session: (await addToCart(shop, {}, (await newProduct(shop, given.admin)).variants[0].id)).session }
        for (const who of [customer, stranger, {}]) {
          for (const headers of [{}, { 'x-order-token': 'a'.repeat(43) }]) {
            const { status } = await ask(plan, { ...who, holes, headers, body })
            assert.equal(status, plan.operation.access === 'user' && !('token' in who) ? 401 : 404)
          }
        }
        assert.ok(await isWhole())
      })
    } else if (rule === 'the caller\'s') test(`${nameOf(plan)}, which names nobody`, () => assert.deepEqual(plan.holes, []))
  }
})

describe('nobody sets what is the shop\'s to say with', () => {
  for (const plan of plans.filter(({ body, query }) => body === 'fields' || query.size > 0)) {
    test(nameOf(plan), async () => {
      const taken = Object.keys(plan.operation.takes.properties).filter((name) => plan.place(name) !== 'path')
      for (const name of masses.filter((one) => !taken.includes(one))) {
        const { status, body } = await ask(plan, { token: given.admin, ...(plan.body === 'fields' ? { body: { [name]: 'x' } } : { query: `?${name}=x` }) })
        assert.equal(status, 400, name)
        assert.ok(body.code === 'idempotency_key_required' || body.errors.some(({ path }: { path: string }) => path === `/${name}`), name)
      }
    })
  }
  test('nested fields either: every object that is taken is closed', () => {
    const open = (schema: any, at: string): string[] => {
      if (typeof schema !== 'object' || schema === null) return []
      const here = schema.type === 'object' && schema.properties !== undefined && schema.additionalProperties !== false ? [at] : []
      return [...here, ...Object.entries(schema).flatMap(([key, one]) => open(one, `${at}/${key}`))]
    }
    assert.deepEqual(plans.flatMap((plan) => open(plan.operation.takes, nameOf(plan))), [])
  })
  test('a cart that says its own prices, which buys at the shop\'s', async () => {
    const product = await newProduct(shop, given.admin, { amount: 4200 })
    assert.equal((await shop.post('/cart/items', { variantId: product.variants[0].id, quantity: 1, unitPrice: { amount: 1, currency: 'EUR' } }, customer)).status, 400)
    await addToCart(shop, customer, product.variants[0].id)
    assert.equal((await checkOut(shop, customer, { more: { total: { amount: 1, currency: 'EUR' } } })).status, 400)
    assert.equal((await checkOut(shop, customer)).body.total.amount, 4200)
  })
})

describe('answers hold the fields of their schema and no others:', () => {
  for (const plan of plans.filter(({ method }) => method === 'GET')) {
    test(nameOf(plan), async () => {
      const holes = Object.fromEntries(plan.holes.map(({ wire }) => {
        const before = plan.template.slice(0, plan.template.indexOf(`/{${wire}}`)).match(/\/[^/{}]+$/)?.[0] ?? ''
        const [one] = peopled.real[before] ?? []
        assert.equal(typeof one, 'string', `there is nothing real for ${plan.template}: let test/fuzz/people.ts make one`)
        return [wire, String(one)]
      }))
      const token = plan.operation.access === 'public' ? undefined : given.admin
      const { status, text } = await ask(plan, { holes, token })
      assert.equal(status, 200, text)
    })
  }
})

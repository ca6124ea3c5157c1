import assert from 'node:assert/strict'
import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { differences, digestOf } from '../../../commands/move/digest.ts'
import { redis } from '../../../deploy/local/redis.ts'
import type { Documents } from '../../../src/databases/documents.ts'
import type { Row } from '../../../src/databases/sql.ts'
import { openCache } from '../../../src/databases/redis/cache.ts'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { onMongo } from '../../../test/mongo.ts'
import { onServers } from '../../../test/servers.ts'
import { testWorld } from '../../../test/world.ts'
import { importCsv } from '../csv/import.ts'
import type { ProductStore } from '../store.ts'
import { category, edited, filter, made, type Open, productId, record, variant, variantId, words } from '../suites/products.ts'
import { migrations } from './migrations.ts'
import { collections, openMongo } from './mongo.ts'
import { open } from './sqlite.ts'

const folder = join(import.meta.dirname, '../suites/stores')
const suites: { name: string; cases: (open: Open) => void }[] = []
for (const file of readdirSync(folder).sort()) suites.push({ name: file.replace('.ts', ''), cases: (await import(join(folder, file))).default })
const nowhere = { info() {}, warn() {} }

onMongo('product over MongoDB', (server) => {
  onServers('with a cache in Redis', [redis], ([remembering]) => {
    let caches = 0
    /** Instances of one store, each with a connection of its own to the cache. */
    const instances = async (count: number) => {
      const world = testWorld()
      const { documents, close } = await server.openMongo(collections, world)
      const prefix = `product${++caches}:`
      const all = await Promise.all(Array.from({ length: count }, () =>
        openCache({ url: remembering!.url(), prefix, world, log: nowhere, slowestReadMs: 0 })))
      return {
        documents, stores: all.map((cache) => openMongo(documents, cache)),
        async close() { await Promise.all([close(), ...all.map((cache) => cache.close())]) },
      }
    }
    const opened: Open = async () => {
      const { documents, stores: [store], close } = await instances(1)
      const events = async () => {
        const taken = await documents.outbox.take(1000, 1000)
        await documents.outbox.published(taken.map(({ id }) => id))
        return taken
      }
      return { store: store!, events, close }
    }
    for (const { name, cases } of suites) suite(name, () => cases(opened))

    test('what one instance has answered another shows at once', async (t) => {
      const { stores: [one, other], close } = await instances(2)
      t.after(close)
      assert.ok(one && other)
      await one.addCategory(category(1))
      await one.save([made(record(1, { category: category(1).id }), 5)])
      const shown = async (by: string) => {
        const found = await other.detail(by)
        return found && [JSON.parse(found.text), found.version, found.n]
      }
      const [, version, n] = await shown('product-1') ?? []
      await one.save([edited(record(1, { category: category(1).id }), { slug: 'lamp', name: 'Lamp' })])
      assert.equal((await shown(productId(1)))?.[0].name, 'Lamp')
      assert.equal(await shown('product-1'), null)
      await one.save([made(record(2, { slug: 'product-1' }), 5)])
      assert.equal((await shown('product-1'))?.[0].id, productId(2))
      await one.move({ productId: productId(1), variantId: variantId(1), effect: 'more', reason: null, to: { available: 9 }, answerAs: null, at: 1 })
      assert.equal((await shown('lamp'))?.[0].variants[0].stock.available, 9)
      await one.changeCategory(category(1, { name: 'Lights' }))
      const after = await shown('lamp')
      assert.deepEqual(after?.[0].category, { slug: 'category-1', name: 'Lights' })
      assert.deepEqual([after?.[1] > version, after?.[2] > n], [true, true])
      await one.removeCategory(category(1).id)
      assert.equal((await shown('lamp'))?.[0].category, null)
      await one.remove(productId(1), 2)
      assert.deepEqual([await shown('lamp'), await shown(productId(1))], [null, null])
    })

    test('what is shown comes from the cache, and from the store where the cache is away', async (t) => {
      const { documents, stores: [store], close } = await instances(1)
      t.after(close)
      assert.ok(store)
      await store.save([made(record(1), 5)])
      const first = await store.detail('product-1')
      // Behind the store's back: only who asks the database sees it.
      await documents.change(collections[0]!.shape, 'product', { _id: productId(1) }, { $set: { status: 'draft' } })
      assert.deepEqual(await store.detail('product-1'), first)
      assert.equal((await openMongo(documents, null).detail('product-1'))?.status, 'draft')
    })
  })

  /** Documents that somebody else comes before, at the next change of several. */
  const overtaken = (documents: Documents, meanwhile: () => Promise<unknown>): Documents => {
    let came = false
    return {
      ...documents,
      async steps(...asked) {
        if (asked[0] === 'product' && !came) {
          came = true
          await meanwhile()
        }
        return await documents.steps(...asked)
      },
    }
  }

  test('where somebody is faster amid a batch, it says what stands in the way and what is stored', async (t) => {
    const { documents, close } = await server.openMongo(collections, testWorld())
    t.after(close)
    const other = openMongo(documents, null)
    await other.save([made(record(1), 1), made(record(2), 1)])
    const store = openMongo(overtaken(documents, async () => {
      await other.save([edited(record(1), { name: 'Theirs' })])
      await other.save([made(record(9, { slug: 'product-3' }))])
      await other.move({ productId: productId(2), variantId: variantId(2), effect: 'out', reason: null, to: { available: 0 }, answerAs: null, at: 1 })
    }), null)
    const changes = [edited(record(1), { name: 'Ours' }), edited(record(2), { name: 'Ours' }), made(record(3)), made(record(4))]
    assert.deepEqual(await store.save(changes), { is: 'version', index: 0, stored: [1, 3] })
    const names = (await store.walk(null, 10)).products.map(({ record: { id, name, version } }) => [id, name, version])
    assert.deepEqual(names, [
      [productId(1), 'Theirs', 2], [productId(2), 'Ours', 2], [productId(4), 'Product 4', 1], [productId(9), 'Product 9', 1],
    ])
    // The stock that moved meanwhile is what the filters see.
    assert.deepEqual(JSON.parse(`[${(await store.page(filter({ inStock: true }), 'newest', 9, null)).items}]`).map(({ id }: { id: string }) => id), [productId(1)])
    const told = (await documents.outbox.take(99, 1000)).map(({ type, data }) => JSON.stringify([type, data])).filter((one) => one.includes('product.'))
    const all = [...[1, 2, 4, 9].map((n) => ['product.created.v1', productId(n), 1]), ...[1, 2].map((n) => ['product.updated.v1', productId(Number(n)), 2])]
    assert.deepEqual(told.toSorted(), all.map(([type, id, version]) => JSON.stringify([type, { productId: id, version }])).toSorted())
  })

  test('of a product whose making was interrupted the stock is opened later, once', async (t) => {
    const { documents, close } = await server.openMongo(collections, testWorld())
    t.after(close)
    const dying = openMongo({
      ...documents,
      async steps(...asked) {
        if (asked[0] === 'stock') throw new Error('It dies here')
        return await documents.steps(...asked)
      },
    }, null)
    await assert.rejects(dying.save([made(record(1), 5), made(record(2), null)]), /dies here/)
    const store = openMongo(documents, null)
    assert.deepEqual(await store.quotes([variantId(1)]), [])
    await store.resume(1, new AbortController().signal)
    assert.deepEqual(await store.quotes([variantId(1)]), [])
    for (const _ of [1, 2]) await store.resume(3, new AbortController().signal)
    assert.deepEqual((await store.quotes([variantId(1), variantId(2)])).map(({ available }) => available), [5, null])
    assert.equal((await Array.fromAsync(store.dump())).filter(({ table }) => table === 'move').length, 2)
    assert.equal(await documents.count('product', { opening: { $exists: true } }), 0)
  })

  test('a deleted product is cleared away once its event is published', async (t) => {
    const { documents, close } = await server.openMongo(collections, testWorld())
    t.after(close)
    const store = openMongo(documents, null)
    await store.save([made(record(1), 1)])
    await store.remove(productId(1), 1)
    const left = () => documents.count('product', {})
    const tidied = async () => { await store.tidy(new AbortController().signal); return await left() }
    assert.equal(await tidied(), 1)
    const events = await documents.outbox.take(10, 1000)
    assert.deepEqual(events.at(-1)?.data, { productId: productId(1), version: 2 })
    await documents.outbox.published(events.map(({ id }) => id))
    assert.equal(await tidied(), 0)
  })

  test('an embedded shop moves in and out row for row, and answers as before', async (t) => {
    const world = testWorld()
    const embedded = async () => {
      const { sql, close } = await openSqlite({ path: ':memory:', migrations, world, checked: true })
      t.after(close)
      return { sql, store: open(sql) }
    }
    const { sql, store: small } = await embedded()
    const sample = createReadStream(join(import.meta.dirname, '../sample/catalogue.csv'))
    await importCsv(sample, { store: small, world, currency: 'EUR', exponent: 2 })
    const [first] = await small.categories()
    for (const name of ['Renamed', 'Renamed again']) await small.changeCategory({ ...first!, name })
    await small.save([made(record(1, { variants: [variant(2), variant(1)] }), 3), made(record(3), null)])
    await small.hold(productId(7), [{ variantId: variantId(1), quantity: 2 }], 1)
    await small.commit(productId(7), 1)
    await small.hold(productId(8), [{ variantId: variantId(1), quantity: 1 }, { variantId: variantId(2), quantity: 1 }], 1)
    await small.move({ productId: productId(1), variantId: variantId(2), effect: 'more', reason: 'found', to: { change: 4 }, answerAs: { scope: 'me', fingerprint: 'that' }, at: 5 })
    await small.decideSample(7)
    const published = (await sql.outbox.take(100, 1000)).map(({ id }) => id)
    await sql.outbox.published(published)

    const { documents, close } = await server.openMongo(collections, world)
    t.after(close)
    const large = openMongo(documents, null)
    const isMoved = ({ table, row }: Row) => table !== 'word' && (table !== 'outbox' || row['published_at'] === null)
    const moved = async function* (store: { dump(): AsyncIterable<Row> }) { for await (const row of store.dump()) if (isMoved(row)) yield row }
    await large.load(small.dump())
    assert.deepEqual(differences(await digestOf(moved(small)), await digestOf(large.dump())), [])
    await assert.rejects(large.load(small.dump()), /empty store only/)

    const agree = async (ask: (store: ProductStore) => Promise<unknown>) => assert.deepEqual(await ask(large), await ask(small))
    for (const sort of ['newest', 'price', '-price', 'name', 'rating'] as const) await agree((store) => store.page(filter(), sort, 30, null))
    for (const q of ['knife', 'kni', 'steel kni', 'wool bl', 'renamed ag']) {
      await agree((store) => store.page(filter(words(q)), 'relevance', 20, null))
      await agree((store) => store.facets(filter(words(q))))
    }
    const { products } = await small.walk(null, 1000)
    assert.equal(products.length, 202)
    for (const { record: { id, slug, variants } } of products) {
      await agree((store) => store.detail(slug))
      await agree((store) => store.byId(id))
      await agree(async (store) => (await store.quotes(variants.map((one) => one.id))).toSorted((one, another) => one.variantId < another.variantId ? -1 : 1))
    }
    await agree((store) => store.answered('me'))
    await agree((store) => store.giveBack(productId(7), 9))
    await agree((store) => store.release(productId(8), 9))
    await agree(async (store) => (await store.byId(productId(1)))?.available)

    const { store: back } = await embedded()
    await back.load(large.dump())
    assert.deepEqual(differences(await digestOf(moved(large)), await digestOf(moved(back))), [])
    await large.save([edited(record(1, { variants: [variant(2), variant(1)] }), { name: 'Goes on' })])
    assert.equal((await large.byId(productId(1)))?.record.version, 2)
  })
})

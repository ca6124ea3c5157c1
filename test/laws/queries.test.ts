import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryProblems } from './queries.ts'
import { readSource } from './source.ts'

test('no query names another module\'s table', () => assert.deepEqual(queryProblems(readSource()), []))

test('the law is broken where a module reads another\'s table', () => {
  const source = new Map([
    ['modules/product/stores/migrations.ts', "'create table product (id text)'"],
    ['modules/cart/stores/migrations.ts', "'create table cart (id text)'"],
    ['modules/cart/stores/sqlite.ts', 'sql`with own as (select id from cart) select id from own join product on product.id = ${id}`'],
  ])
  assert.deepEqual(queryProblems(source), ['modules/cart/stores/sqlite.ts names the table product, which its module did not make'])
})

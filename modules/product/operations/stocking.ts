import { createHash } from 'node:crypto'
import { keyReused } from '../../../src/contract/faults.ts'
import { isId } from '../../../src/contract/scalars.ts'
import type { In, Out } from '../../../src/contract/contract.ts'
import type { Context } from '../../../src/module/context.ts'
import type { Operations } from '../../../src/module/module.ts'
import { asJson, Reply } from '../../../src/module/reply.ts'
import { insufficientStock, productNotFound, stockUntracked, variantNotFound } from '../contract/faults.ts'
import type { product } from '../contract/index.ts'
import type { setStock } from '../contract/operations.ts'
import { mostPieces } from '../contract/schemas.ts'
import { wrongField } from '../rules/variants.ts'
import type { ProductGiven } from '../settings.ts'
import type { Answered, StockMove } from '../store.ts'

type Level = Out<typeof setStock>
const hash = (parts: readonly unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
const replayed = { 'idempotency-replayed': 'true' }

const wanted = ({ available, change }: In<typeof setStock>): StockMove['to'] => {
  if (available !== undefined && change !== undefined) throw wrongField('/change', 'stands beside available; give one of them')
  if (change !== undefined) return { change }
  if (available === undefined) throw wrongField('/available', 'or change is needed')
  return { available }
}
/** The key's scope is its caller and operation; the fingerprint is all that was asked for. */
const keyOf = ({ key, caller }: Context, asked: In<typeof setStock>): StockMove['answerAs'] =>
  key === undefined || asked.change === undefined ? null : {
    scope: hash([caller.is === 'user' ? caller.id : caller.is, 'setStock', key]),
    fingerprint: hash([asked.id.toLowerCase(), asked.variantId.toLowerCase(), asked.change, asked.reason ?? null]),
  }
const again = (kept: Answered, fingerprint: string): Reply<Level> => {
  if (kept.fingerprint !== fingerprint) throw keyReused()
  if (kept.status === insufficientStock.status) throw insufficientStock(undefined, { headers: replayed })
  return new Reply<Level>(asJson(kept.answer), { headers: replayed })
}

export const stocking = ({ store, world, measure }: ProductGiven): Pick<Operations<typeof product>, 'setStock'> => ({
  async setStock(asked, context) {
    const to = wanted(asked)
    if (!isId(asked.id)) throw productNotFound()
    if (!isId(asked.variantId)) throw variantNotFound()
    const answerAs = keyOf(context, asked)
    const known = answerAs && await store.answered(answerAs.scope)
    if (answerAs && known) return again(known, answerAs.fingerprint)
    const moved = await store.move({
      productId: asked.id.toLowerCase(), variantId: asked.variantId.toLowerCase(), effect: world.id(), reason: asked.reason ?? null,
      to, answerAs, at: world.now(),
    })
    if (typeof moved === 'object') return moved
    if (moved === 'insufficient') {
      measure.add('stock_conflicts')
      if (answerAs) await store.keepAnswer(answerAs.scope, { fingerprint: answerAs.fingerprint, status: insufficientStock.status, answer: '{}' }, world.now())
    }
    // The same key, sent beside this, may have taken what is missing now: then that is the answer.
    const kept = answerAs && await store.answered(answerAs.scope)
    if (answerAs && kept && (moved === 'answered' || kept.status !== insufficientStock.status)) return again(kept, answerAs.fingerprint)
    switch (moved) {
      case 'unknown_product': throw productNotFound()
      case 'unknown_variant': throw variantNotFound()
      case 'untracked': throw stockUntracked()
      case 'insufficient': throw insufficientStock()
      case 'too_much': throw wrongField('/change', `would put more than ${mostPieces} in stock`)
      case 'answered': throw new Error('A change of stock was answered before, and its answer is gone')
    }
  },
})

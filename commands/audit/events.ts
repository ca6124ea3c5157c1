import type { Asked } from './asked.ts'
import { type Check, check } from './check.ts'
import { hearers } from './event-facts.ts'

/** Everything that happened was told, and heard. */
export const events = ({ facts }: Asked): Check => check(10, 'events are told and heard, each once', ({ saw, expect }) => {
  const { outboxes, inboxes, deliveries } = facts.events
  const due = new Set(deliveries.map(({ module, eventId }) => `${module} ${eventId}`))
  for (const [store, { count, waiting, told }] of outboxes) {
    saw(count)
    for (const id of waiting) expect(false, () => `event ${id} of ${store} was not published`)
    const seen = new Set<string>()
    for (const { id, type } of told) {
      expect(!seen.has(id), () => `event ${id} of ${store} is there twice`)
      seen.add(id)
      for (const module of hearers.get(type) ?? []) {
        const heard = inboxes.get(module)?.has(id) === true || due.has(`${module} ${id}`)
        expect(heard, () => `event ${id} (${type}) of ${store} was published, and ${module} never heard it`)
      }
    }
  }
  for (const { module, eventId, dead } of deliveries) {
    saw()
    expect(false, () => `event ${eventId} ${dead ? 'is a dead letter' : 'is not delivered yet'} for ${module}`)
  }
  for (const { variant, version, published } of facts.product.stock.values()) {
    saw()
    expect(version === published, () => `variant ${variant} is at version ${version} of its stock, and ${published} was told`)
  }
})

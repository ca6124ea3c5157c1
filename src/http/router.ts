import type { Result, Router } from 'hono/router'
import { RegExpRouter } from 'hono/router/reg-exp-router'

/**
 * Paths without holes by a look-up, those with holes by one regular expression a method. Hono's own choice gives the fast
 * one up for good as soon as a plain path stands beside a hole (`/products/export`, `/products/{id}`), and its slower one
 * takes a third of a small request. A plain path goes before a hole; there are no wildcards.
 */
export class PlainFirstRouter<T> implements Router<T> {
  name = 'PlainFirstRouter'
  #plain = new Map<string, Map<string, Result<T>>>()
  #holed = new RegExpRouter<T>()

  add(method: string, path: string, handler: T): void {
    if (path.includes(':')) return this.#holed.add(method, path, handler)
    let paths = this.#plain.get(method)
    if (paths === undefined) this.#plain.set(method, (paths = new Map()))
    const [handlers = []] = paths.get(path) ?? []
    paths.set(path, [[...handlers.map(([one]): [T, Record<string, string>] => [one, {}]), [handler, {}]]])
  }

  match(method: string, path: string): Result<T> {
    return this.#plain.get(method)?.get(path) ?? this.#holed.match(method, path)
  }
}

import 'reflect-metadata'
import { type DependencyContainer, container as root, instanceCachingFactory } from 'tsyringe'

/** Names one thing and its type. */
export interface Token<T> { readonly key: symbol; readonly type?: T }
export const token = <T>(name: string): Token<T> => ({ key: Symbol(name) })

/** The wiring of one process: what is registered is made once, when first asked for. */
export interface Container {
  /** Refused where this container has one under the token already; `make` is given this container. */
  register<T>(token: Token<T>, make: (container: Container) => T): void
  /** Registers where nothing is under the token yet: what a test registered before stands. */
  provide<T>(token: Token<T>, make: (container: Container) => T): void
  get<T>(token: Token<T>): T
  /** Resolves from itself first, then from here. */
  child(): Container
}

const wrap = (inner: DependencyContainer): Container => {
  const own: Container = {
    register(token, make) {
      if (inner.isRegistered(token.key)) throw new Error(`${token.key.description} is registered twice`)
      // Caching in the container that registers, so that a parent's instance never holds a child's dependencies.
      inner.register(token.key, { useFactory: instanceCachingFactory(() => ({ made: make(own) })) })
    },
    provide(token, make) {
      if (!inner.isRegistered(token.key)) own.register(token, make)
    },
    get: <T>(token: Token<T>) => inner.resolve<{ made: T }>(token.key).made,
    child: () => wrap(inner.createChildContainer()),
  }
  return own
}

/** An empty container, apart from every other. */
export const createContainer = (): Container => wrap(root.createChildContainer())

import type { EventType, Heard } from '../contract/event.ts'
import type { Effect } from '../databases/sql.ts'
import type { Context } from '../module/context.ts'

/** How calls and events travel. local, loopback and (in services) rabbitmq are its adapters. */
export interface Bus {
  /** Rejects with the callee's fault, or `unavailable` where nobody answers. Checks and deadlines are the door's. */
  call(module: string, operation: string, input: unknown, context: Context): Promise<unknown>
  answer(module: string, handle: (operation: string, input: unknown, context: Context) => Promise<unknown>): Promise<void>
  /** Resolves when every hearer's queue holds the events durably. */
  publish(events: readonly Heard[]): Promise<void>
  /**
   * Declares the module's durable queue for these types and delivers from it; an event is forgotten only when its effect
   * is proved. In one process: before anything is published, or it is not kept for this module.
   */
  hear(module: string, types: readonly EventType[], handle: (event: Heard) => Promise<Effect>): Promise<void>
  readonly deadLetters: DeadLetters
  /** Takes nothing new, lets what runs finish. */
  close(withinMs: number): Promise<void>
}

export interface DeadLetter { id: string; module: string; event: Heard; attempts: number; error: string; firstAt: string; lastAt: string }
/** Events that a hearer refused too often. */
export interface DeadLetters {
  list(): Promise<DeadLetter[]>
  /** How many there are of each module that has any. */
  count(): Promise<{ module: string; count: number }[]>
  show(id: string): Promise<DeadLetter | null>
  /** Delivers it again from attempt one; false for an unknown id. */
  replay(id: string): Promise<boolean>
  drop(id: string): Promise<boolean>
}

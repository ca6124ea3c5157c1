import type { Contract } from '../contract/contract.ts'
import { type App, serve } from './app.ts'
import type { Edge } from './edge.ts'
import { type Handler, operationWork } from './operation.ts'
import type { Work } from './pass.ts'
import { type Plan, planOf } from './plan.ts'

/** A module's handlers by name; inner ones may be among them and are not reached from here. */
export type Handlers = Readonly<Record<string, Handler>>

/** Paths without holes go first, so that `/products/export` is never taken for a product's name. */
const byHoles = (a: Plan, b: Plan): number => a.holes.length - b.holes.length

/** Registers every operation of a contract, with what is done for each. */
export const mountWith = (app: App, contract: Contract, edge: Edge, workOf: (plan: Plan) => Work): void => {
  const plans = Object.entries(contract.operations).map(([name, operation]) => planOf(contract.name, name, operation))
  for (const plan of plans.sort(byHoles)) {
    const served = { module: plan.module, operation: plan.name, route: plan.template, deadlineMs: plan.deadlineMs, counted: true }
    serve(app, edge, plan.method, plan.template.replaceAll(/\{(\w+)\}/g, ':$1'), served, workOf(plan))
  }
}

/** Registers every operation of a contract that is answered here; a handler that is missing is told at once. */
export const mount = (app: App, contract: Contract, operations: Handlers, edge: Edge): void => mountWith(app, contract, edge, (plan) => {
  const handler = operations[plan.name]
  if (handler === undefined) throw new Error(`${contract.name} has no handler for ${plan.name}`)
  return operationWork(plan, handler)
})

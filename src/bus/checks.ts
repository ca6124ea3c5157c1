import type { Static, TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'

const compiled = new WeakMap<TSchema, TypeCheck<TSchema>>()

/** Compiling takes about a millisecond, so a schema is compiled when it is first needed, once a process. */
const check = (schema: TSchema): TypeCheck<TSchema> => {
  let found = compiled.get(schema)
  if (found === undefined) compiled.set(schema, found = TypeCompiler.Compile(schema))
  return found
}

export const fits = <S extends TSchema>(schema: S, value: unknown): value is Static<S> => check(schema).Check(value)

/** The first place where `value` does not fit, for a log: where, and what was expected; never the value. */
export const misfit = (schema: TSchema, value: unknown): string => {
  const first = check(schema).Errors(value).First()
  return first === undefined ? 'fits' : `${first.path === '' ? '/' : first.path}: ${first.message}`
}

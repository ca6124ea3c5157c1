import { Type } from '@sinclair/typebox'
import { environment } from './environment.ts'
import { processSettings } from './process-settings.ts'
import { readSettings } from './settings.ts'

/** The data folder that a command is about: the one it was given, else MERCADO_DATA. */
export const shopFolder = (given: string | undefined): string =>
  given ?? readSettings(Type.Pick(processSettings, ['mercadoData']), environment()).settings.mercadoData

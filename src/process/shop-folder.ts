import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { environment } from './environment.ts'
import { processSettings } from './process-settings.ts'
import { readSettings } from './settings.ts'

/** The data folder that a command is about: the one it was given, else MERCADO_DATA. */
export const shopFolder = (given: string | undefined): string =>
  given ?? readSettings(Type.Pick(processSettings, ['mercadoData']), environment()).settings.mercadoData

/** Why a command finds nothing in a folder, and what to name instead. */
export const noShopIn = (folder: string): string => `${folder} holds no shop's data; name ${existsSync(join(folder, 'servers'))
  ? `its servers in the settings: eval "$(deploy/local/servers urls --data ${folder})"` : 'its folder with --data or MERCADO_DATA'}`

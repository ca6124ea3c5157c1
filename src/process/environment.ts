import type { Environment } from './settings.ts'

/** The process's environment; the one place that reads it. */
export const environment = (): Environment => process.env

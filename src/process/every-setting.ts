import { gatewaySettings, urlSettings } from '../gateway/settings.ts'
import type { Module } from '../module/module.ts'
import { processSettings } from './process-settings.ts'
import { type SettingAbout, settingsAbout } from './settings.ts'

/** Every setting of a process that holds these modules. */
export const everySetting = (modules: readonly Module[]): SettingAbout[] =>
  settingsAbout([processSettings, gatewaySettings, urlSettings(modules.map(({ contract }) => contract)), ...modules.map(({ settings }) => settings)])

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The table of docs/configuration.md. */
export const settingsTable = (settings: readonly SettingAbout[]): string => [
  '| Variable | Takes | Default | What it is for |', '|---|---|---|---|',
  ...settings.map(({ name, form, default: value, description, secret }) =>
    `| \`${name}\` | ${cell(form)} | ${value === '' ? '' : `\`${cell(value)}\``} | ${cell(description)}${secret ? ' (secret: also as a file, `' + name + '_FILE`)' : ''} |`),
].join('\n')

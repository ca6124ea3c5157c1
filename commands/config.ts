import { everyModule } from '../modules/modules.ts'
import { environment } from '../src/process/environment.ts'
import { everySetting } from '../src/process/every-setting.ts'

/** `npm run config`: every setting with its value of now. */
const settings = everySetting(everyModule)
const env = environment()
const width = Math.max(...settings.map(({ name }) => name.length))
for (const { name, form, default: value, description, secret } of settings) {
  const set = env[name] ?? env[`${name}_FILE`]
  const now = set === undefined ? (value === '' ? 'not set' : value) : secret ? '(set)' : set
  console.log(`${name.padEnd(width)}  ${set === undefined ? ' ' : '*'} ${now}\n${' '.repeat(width + 4)}${description} [${form}]`)
}
console.log('\n* set in the environment; a module\'s own value goes before: AUTH_RATE_LIMIT before RATE_LIMIT.')

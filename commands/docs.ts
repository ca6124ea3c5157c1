import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { everyModule } from '../modules/modules.ts'
import { referenceDocs } from '../src/process/reference.ts'

/** `npm run docs`: writes the documents that are made from the code. */
for (const [name, text] of Object.entries(referenceDocs(everyModule))) {
  writeFileSync(join(import.meta.dirname, '../docs', name), text)
  console.log(`docs/${name}`)
}

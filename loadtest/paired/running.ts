import { setTimeout as sleep } from 'node:timers/promises'
import { median } from './connections.ts'
import { emptyFolder, importInto } from './prepared.ts'
import type { Figure } from './report.ts'
import { startShop } from './servers.ts'

const STARTS = 5
const MOST_FIRST_START_MS = 1000
const MOST_RESTART_MS = 500
const IDLE_S = 3
const MOST_IDLE_MB = 130
const MOST_IMPORT_MB = 150

/** From nothing to the first product answered, and again on the folder that then is there; what it holds when nobody asks. */
export const starting = async (say: (figure: Figure) => void): Promise<void> => {
  const [first, again]: [number[], number[]] = [[], []]
  let idle = NaN
  for (let n = 0; n < STARTS; n++) {
    const folder = emptyFolder()
    const fresh = await startShop(folder)
    first.push(fresh.startedMs)
    await fresh.stop()
    const restarted = await startShop(folder)
    again.push(restarted.startedMs)
    if (n === STARTS - 1) {
      await sleep(IDLE_S * 1000)
      idle = restarted.anonymousMb()
    }
    await restarted.stop()
  }
  say({ name: 'first start to the first answer', value: median(first), unit: 'ms', most: MOST_FIRST_START_MS, about: `the quickest ${Math.round(Math.min(...first))}` })
  say({ name: 'restart to the first answer', value: median(again), unit: 'ms', most: MOST_RESTART_MS, about: `the quickest ${Math.round(Math.min(...again))}` })
  say({ name: 'idle memory, anonymous', value: idle, unit: 'MB', most: MOST_IDLE_MB })
}

/** An import's pace, and by how much the shop's memory grows meanwhile. */
export const importing = async (products: number, say: (figure: Figure) => void): Promise<void> => {
  const shop = await startShop(emptyFolder())
  try {
    const { seconds, grownMb } = await importInto(shop, products)
    say({ name: `import of ${products} products, memory grown`, value: grownMb, unit: 'MB', most: MOST_IMPORT_MB, about: `${Math.round(products / seconds)} products/s` })
  } finally {
    await shop.stop()
  }
}

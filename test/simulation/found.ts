import assert from 'node:assert/strict'

/** Tries courses, seed by seed, until one has such a problem: for what is broken on purpose. */
export const foundBySeeds = async (most: number, course: (seed: number) => Promise<{ problems: readonly string[] }>, expected: RegExp): Promise<void> => {
  for (let seed = 1; seed <= most; seed++) {
    const { problems } = await course(seed)
    if (problems.some((problem) => expected.test(problem))) return
  }
  assert.fail(`${most} seeds found nothing`)
}

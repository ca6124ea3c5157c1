/** When a key was made and when it begins to sign, in ms since 1970. */
export interface KeyTimes { generation: number; createdAt: number; signsFrom: number }

/** How long others may keep what the key page said, and how long a new key is shown before it signs: twice that. */
export const shownMs = 300_000
const leadMs = 2 * shownMs

/** The key that signs now: the newest whose time has come. Where the clock went back behind all of them, the oldest. */
export const signer = <K extends KeyTimes>(keys: readonly K[], now: number): K | null => {
  const newestFirst = [...keys].sort((a, b) => b.generation - a.generation)
  return newestFirst.find((key) => key.signsFrom <= now) ?? newestFirst.at(-1) ?? null
}

/** The next key's times, or null while the newest is young enough. The very first one signs at once. */
export const nextKey = (keys: readonly KeyTimes[], now: number, lifeMs: number): KeyTimes | null => {
  const newest = [...keys].sort((a, b) => b.generation - a.generation)[0]
  if (newest === undefined) return { generation: 1, createdAt: now, signsFrom: now }
  return now - newest.createdAt < lifeMs ? null : { generation: newest.generation + 1, createdAt: now, signsFrom: now + leadMs }
}

/** Keys whose last token has expired: a newer one signs since longer than a token lives, and a margin for other clocks. */
export const outlived = <K extends KeyTimes>(keys: readonly K[], now: number, tokenMs: number): K[] =>
  keys.filter((key) => keys.some((newer) => newer.generation > key.generation && newer.signsFrom + tokenMs + shownMs <= now))

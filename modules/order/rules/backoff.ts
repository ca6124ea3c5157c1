const firstMs = 500
const mostMs = 60_000

/** How long an order rests before the sweeper tries again: 0.5 s, 1 s, 2 s … a minute, and up to a half more at random (0…1). */
export const backoffMs = (attempts: number, random: number): number => {
  const base = Math.min(mostMs, firstMs * 2 ** Math.min(attempts, 20))
  return Math.round(base * (1 + random / 2))
}

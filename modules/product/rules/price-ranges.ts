/** Steps of 1, 2 or 5 with zeros behind, so that at most so many ranges hold all prices. */
const mostRanges = 6

/** Where the ranges of a price facet begin and how wide each is, in minor units. */
export const priceRanges = (min: number, max: number): { start: number; step: number } => {
  const width = Math.max((max - min + 1) / (mostRanges - 1), 1)
  const power = 10 ** Math.floor(Math.log10(width))
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((candidate) => candidate >= width) ?? width
  return { start: Math.floor(min / step) * step, step }
}

const offset = 100_000

/** `M-100001` is the first order. */
export const shownNumber = (number: number): string => `M-${offset + number}`

/** The number of a text like `M-100001`, or null where it names none. */
export const parsedNumber = (text: string): number | null => {
  const digits = /^M-([1-9]\d{5,14})$/.exec(text)?.[1]
  const number = digits === undefined ? 0 : Number(digits) - offset
  return number > 0 ? number : null
}

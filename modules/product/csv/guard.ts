/**
 * A spreadsheet runs a cell that begins with one of these as a formula. Such text is written with an apostrophe before it,
 * as spreadsheets do themselves, and read without it. So that text which has that very form already survives the way out
 * and back, it gets one more. Any other leading apostrophe ('30235) is text like any other.
 */
const formula = /^[=+\-@\t\r]/
const guarded = /^'+[=+\-@\t\r]/

export const guard = (text: string): string => (formula.test(text) || guarded.test(text) ? `'${text}` : text)
export const unguard = (text: string): string => (text.startsWith("'") && guarded.test(text) ? text.slice(1) : text)

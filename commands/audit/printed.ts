import type { Check } from './check.ts'

/** So many findings of one check are printed. */
const most = 20

export const violations = (checks: readonly Check[]): number => checks.reduce((sum, { findings }) => sum + findings.length, 0)

/** The checks as a table for people, and below it what was found. */
export const printed = (checks: readonly Check[]): string => {
  const rows = [['', 'CHECK', 'LOOKED AT', 'VIOLATIONS'], ...checks.map(({ number, name, count, findings }) =>
    [String(number), name, count.toLocaleString('en'), findings.length.toLocaleString('en')])]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const table = rows.map((row) => row.map((cell, column) => column === 1 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)).join('  '))
  const found = checks.filter(({ findings }) => findings.length > 0).flatMap(({ number, findings }) => [
    '', `${number}:`, ...findings.slice(0, most).map((finding) => `  ${finding}`),
    ...(findings.length > most ? [`  and ${(findings.length - most).toLocaleString('en')} more; --json tells them all`] : []),
  ])
  return [...table, ...found].join('\n')
}

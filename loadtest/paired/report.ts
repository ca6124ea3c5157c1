/** What was measured against what is required: `least` for ratios, `most` for times and memory. */
export interface Figure { readonly name: string; readonly value: number; readonly unit: string; readonly least?: number; readonly most?: number; readonly about?: string }

const shown = (value: number, unit: string): string => `${Math.abs(value) >= 100 ? Math.round(value).toString() : value.toFixed(2)}${unit === '' ? '' : ` ${unit}`}`
export const isMissed = ({ value, least, most }: Figure): boolean =>
  Number.isNaN(value) || (least !== undefined && value < least) || (most !== undefined && value > most)

export const line = (figure: Figure): string => {
  const { name, value, unit, least, most, about } = figure
  const required = least !== undefined ? `at least ${shown(least, unit)}` : most !== undefined ? `at most ${shown(most, unit)}` : ''
  return `${isMissed(figure) ? 'MISSED ' : '       '}${name.padEnd(44)} ${shown(value, unit).padStart(10)}  ${required.padEnd(18)} ${about ?? ''}`.trimEnd()
}

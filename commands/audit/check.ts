/** One check of the shop: how many rows it looked at, and a sentence for each thing that is not as it must be. */
export interface Check {
  readonly number: number
  readonly name: string
  readonly count: number
  readonly findings: readonly string[]
}

export interface Tally {
  /** Looked at one more, or `more` more. */
  saw(more?: number): void
  /** It is wrong unless `holds`. */
  expect(holds: boolean, finding: () => string): void
}

/** Runs one check. Findings are only put into words where there are any, so that a healthy shop of any size costs none. */
export const check = (number: number, name: string, look: (tally: Tally) => void): Check => {
  let count = 0
  const findings: string[] = []
  look({
    saw: (more = 1) => { count += more },
    expect: (holds, finding) => { if (!holds) findings.push(finding()) },
  })
  return { number, name, count, findings }
}

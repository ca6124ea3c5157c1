/** A product's weak validator: `version` counts edits, `n` what moves beside them. */
export const etagOf = (version: number, n: number): string => `W/"${version}.${n}"`

const tags = (header: string): string[] => header.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '')
const opaque = (tag: string) => tag.replace(/^W\//, '')

/** If-Match as we read it: only the version counts, for stock moves beneath an editor's hands. */
export const isOfVersion = (header: string, version: number): boolean =>
  tags(header).some((tag) => tag === '*' || /^"(\d+)(\.\d+)?"$/.exec(opaque(tag))?.[1] === String(version))

/** What is said, unless it is what stands there but for outer spaces, which a file cannot hold. */
export const told = <T>(said: T | undefined, was: T | undefined, blank: T): T => {
  if (said === undefined) return was ?? blank
  if (typeof was === 'string' && (was.trim() === said || (said === null && was.trim() === ''))) return was
  return said
}

/** Made at the first call and kept; one that failed is made again at the next. */
export const kept = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => (made ??= make().catch((error: unknown) => {
    made = undefined
    throw error
  }))
}

const most = 20_000

/** Words that are stored for sure, so that an import need not offer each again with every product. */
export interface KnownWords {
  without(words: readonly string[]): string[]
  /** After the commit. */
  stored(words: readonly string[]): void
  /** Before any is deleted: a change that goes by what was known comes before that. */
  forget(): void
}

export const knownWords = (): KnownWords => {
  const known = new Set<string>()
  return {
    without: (words) => words.filter((word) => !known.has(word)),
    stored(words) {
      if (known.size + words.length > most) known.clear()
      for (const word of words) known.add(word)
    },
    forget: () => known.clear(),
  }
}

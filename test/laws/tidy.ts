import { type Source, importsOf, isTest, production, withoutComments } from './source.ts'

const MOST_LINES = 400
/** Words that say nothing as a name, and what to say instead. */
const banned: Readonly<Record<string, string>> = {
  utils: 'the one idea it holds', util: 'the one idea it holds', helpers: 'what it does', helper: 'what it does',
  common: 'what is shared', misc: 'what it is', manager: 'what it manages, as a verb', data: 'what the data is', stuff: 'what it is',
}
/** Started by a person, a test runner or a runtime, so nobody imports them. */
const isRoot = (path: string): boolean =>
  path.startsWith('entrypoints/') || path.startsWith('commands/') || isTest(path)

/** What makes the house untidy, one sentence each. */
export const tidyProblems = (source: Source): string[] => {
  const problems: string[] = []
  const imported = new Set([...source].flatMap(([path, text]) => importsOf(path, text)))
  // A folder read at run time imports its files without naming them.
  for (const [path, text] of source) {
    const lines = text.split('\n').length
    if (lines > MOST_LINES) problems.push(`${path} has ${lines} lines; ${MOST_LINES} is the end`)
    for (const word of path.toLowerCase().replace(/\.ts$/, '').split(/[/.-]/)) {
      const instead = banned[word]
      if (instead !== undefined) problems.push(`${path} is named ${word}; name ${instead}`)
    }
  }
  for (const [path, text] of production(source)) {
    const code = withoutComments(text)
    if (!isRoot(path) && !imported.has(path)) problems.push(`${path} is imported by nobody`)
    if (!path.startsWith('src/contract/') && /\binfer\s+[A-Z]|\bextends\s[^={;()]*\?[^:;]*:\s*never\b/.test(code)) {
      problems.push(`${path} has a conditional type; they live in src/contract`)
    }
    if (path !== 'src/module/module.ts' && /(:|<|\bas)\s*any\b/.test(code)) problems.push(`${path} says any`)
    if (/@ts-(ignore|nocheck)|\bas unknown as\b/.test(text)) problems.push(`${path} silences the compiler`)
    if (/\b(TODO|FIXME|XXX)\b/.test(text)) problems.push(`${path} leaves something to do`)
  }
  return [...problems, ...unusedExports(source)]
}

/** Values that a production file exports and no other file names. Types may be named for their readers alone. */
const unusedExports = (source: Source): string[] => {
  const files = new Map<string, number>()
  for (const text of source.values()) {
    for (const word of new Set(text.match(/\b[A-Za-z]\w*/g))) files.set(word, (files.get(word) ?? 0) + 1)
  }
  return production(source).flatMap(([path, text]) =>
    [...text.matchAll(/^export (?:async )?(?:const|function\*?|class) (\w+)/gm)].flatMap(([, name = '']) =>
      (files.get(name) ?? 0) < 2 ? [`${path} exports ${name}, which no other file uses`] : []))
}

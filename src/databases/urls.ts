/** A server's URL, taken apart. Platforms show one that cannot be read in their error, with its password: this does not. */
export const urlOf = (text: string): URL => {
  const url = URL.parse(text)
  if (url === null) throw new TypeError('This is no URL that can be read: in a password, / ? # @ and % are written as %2F %3F %23 %40 and %25')
  return url
}

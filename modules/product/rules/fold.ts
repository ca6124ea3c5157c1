const letters: Readonly<Record<string, string>> = {
  ß: 'ss', ẞ: 'ss', ø: 'o', Ø: 'o', æ: 'ae', Æ: 'ae', œ: 'oe', Œ: 'oe', ł: 'l', Ł: 'l', đ: 'd', Đ: 'd', ð: 'd', Ð: 'd',
  þ: 'th', Þ: 'th', ħ: 'h', Ħ: 'h', ı: 'i', ŋ: 'n', Ŋ: 'n', ŧ: 't', Ŧ: 't', ĸ: 'k',
}
const special = new RegExp(`[${Object.keys(letters).join('')}]`, 'g')
const plain = /^[\x20-\x7e\n\r\t]*$/

/** Lower case without accents: `Crème Brûlée` and `creme brulee` are one. Other scripts keep their letters. */
export const fold = (text: string): string => {
  if (plain.test(text)) return text.toLowerCase()
  return text.replace(special, (letter) => letters[letter] ?? letter).normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
    .normalize('NFKC').toLowerCase().replace(special, (letter) => letters[letter] ?? letter)
}

const rows = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwerty', 'azerty', '1q2w3e4r5t', '1qaz2wsx3edc', 'zaq12wsx', 'q1w2e3r4t5', 'abcdefghij']
const words = [
  'password', 'passwort', 'passw0rd', 'p@ssw0rd', 'p@ssword', 'welcome', 'letmein', 'iloveyou', 'administrator', 'admin', 'changeme', 'football',
  'baseball', 'basketball', 'sunshine', 'princess', 'superman', 'butterfly', 'liverpool', 'chocolate', 'computer', 'whatever', 'trustno1',
  'starwars', 'michelle', 'jennifer', 'abc', 'qwe',
]
/** What people add to a word that is too short. */
const endings = ['', '1', '12', '123', '1234', '12345', '123456', '1234567', '12345678', '123456789', '1234567890', '!', '1!', '123!', '1234!']

const isLongEnough = (password: string) => password.length >= 10
const reversed = (text: string) => [...text].reverse().join('')
const digits = [...'0123456789'].flatMap((digit) => [10, 11, 12].map((length) => digit.repeat(length)))

/**
 * The commonest passwords of ten characters and more, in lower case: runs along the keyboard, one digit repeated, and
 * the favourite words with the favourite endings, alone and twice. Our own list; it stops the guesses that every
 * attacker tries first, not all bad passwords.
 */
export const wellKnownPasswords: ReadonlySet<string> = new Set([
  ...rows.flatMap((row) => [row, reversed(row), row + row]).flatMap((row) => endings.map((ending) => row + ending)),
  ...words.flatMap((word) => [word, word + word]).flatMap((word) => endings.map((ending) => word + ending)),
  ...digits, '0123456789', '9876543210', '0987654321', '12345678910', '123456789a', 'a123456789', '1234554321', '1122334455', '123123123123',
  '123qweasdzxc', 'qazwsxedcrfv', 'qweasdzxc123', 'q1w2e3r4t5y6', '1q2w3e4r5t6y', 'qwerty123qwerty', 'password123456',
].filter(isLongEnough))

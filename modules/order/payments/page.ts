import { written } from '../rules/told.ts'
import type { Authorization, State } from './ledger.ts'

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const happened: Record<Exclude<State, 'requires_action'>, string> = {
  authorized: 'You have approved this payment. The shop is being told.',
  captured: 'This payment is done.',
  refused: 'You have declined this payment. Nothing was charged.',
  voided: 'This payment was called off. Nothing was charged.',
}

const style = `
:root{color-scheme:light dark;--line:light-dark(#d5dcea,#343b4a);--brand:light-dark(#2449a8,#8fb0ff)}
body{font:1rem/1.5 system-ui,sans-serif;margin:0;padding:4rem 1rem;background:light-dark(#eef1f7,#12151c);color:light-dark(#1a2233,#e4e8f1)}
main{max-width:24rem;margin:0 auto;padding:1.75rem 2rem;background:light-dark(#fff,#1a1f2a);border:1px solid var(--line);border-top:4px solid var(--brand);border-radius:.6rem}
h1{font-size:1rem;margin:0}.amount{font-size:2.2rem;font-weight:650;line-height:1.2;margin:.5rem 0 .75rem}.soft{opacity:.75}
form{display:flex;gap:.75rem;margin-top:1.5rem}
button{flex:1;font:inherit;padding:.6rem 1rem;border:1px solid var(--line);border-radius:.4rem;background:none;color:inherit;cursor:pointer}
button[value=approve]{background:var(--brand);border-color:var(--brand);color:light-dark(#fff,#10172a);font-weight:600}
[role=status]{padding:.6rem .8rem;border-left:3px solid var(--brand);background:light-dark(#eef3ff,#202a40)}
a{color:var(--brand)}`

/** The bank's page of the test provider: plain HTML, one form, and afterwards what happened. */
export const paymentPage = (payment: Authorization, reference: string): string => {
  // Relative, for a proxy may show the page under a path of its own.
  const form = `<form method="post" action="${encodeURIComponent(reference)}">
<button type="submit" name="decision" value="approve">Approve</button>
<button type="submit" name="decision" value="decline">Decline</button>
</form>`
  const state = payment.state === 'requires_action' ? form : `<p role="status">${escaped(happened[payment.state])}</p>
<p><a href="${escaped(payment.returnUrl)}">Back to the order</a></p>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Test payment</title>
<link rel="icon" href="/favicon.ico">
<style>${style}</style>
</head>
<body>
<main>
<h1>Test payment</h1>
<p class="amount">${escaped(written(payment))}</p>
<p class="soft">A bank would ask you here whether you mean it. This is the test provider: no money moves.</p>
${state}
</main>
</body>
</html>
`
}

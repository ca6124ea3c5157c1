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

/** The bank's page of the test provider: plain HTML, one form, and afterwards what happened. */
export const paymentPage = (payment: Authorization, reference: string): string => {
  const form = `<form method="post" action="/payments/test/${encodeURIComponent(reference)}">
<button type="submit" name="decision" value="approve">Approve</button>
<button type="submit" name="decision" value="decline">Decline</button>
</form>`
  const state = payment.state === 'requires_action' ? form : `<p role="status">${escaped(happened[payment.state])}</p>
<p><a href="${escaped(payment.returnUrl)}">The order</a></p>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Test payment</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1.5rem;margin-right:.5rem}</style>
</head>
<body>
<h1>Test payment</h1>
<p>No money moves here. The shop asks for <strong>${escaped(written(payment))}</strong>.</p>
${state}
</body>
</html>
`
}

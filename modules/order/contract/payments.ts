import { Type } from '@sinclair/typebox'
import { nothing } from '../../../src/contract/contract.ts'
import { Html, Raw } from '../../../src/contract/content.ts'
import { operation } from '../../../src/contract/operation.ts'
import { Closed, PathId } from '../../../src/contract/scalars.ts'
import * as faults from './faults.ts'

export const webhook = operation('POST /payments/webhooks/{provider}', {
  access: 'public', status: 204, summary: 'What a payment provider tells; it only wakes the order', bodyBytes: 65_536,
  takes: Closed({ provider: PathId, body: Raw }), returns: nothing, faults: [faults.providerNotFound, faults.invalidSignature],
})

export const paymentPage = operation('GET /payments/test/{reference}', {
  access: 'public', summary: 'The test provider\'s page, as a bank would show one',
  takes: Closed({ reference: PathId }), returns: Html, faults: [faults.paymentNotFound],
})

export const paymentDecision = operation('POST /payments/test/{reference}', {
  access: 'public', summary: 'Approve or decline on the test provider\'s page', bodyBytes: 4096,
  takes: Closed({ reference: PathId, decision: Type.Union([Type.Literal('approve'), Type.Literal('decline')]) }),
  returns: Html, faults: [faults.paymentNotFound],
})

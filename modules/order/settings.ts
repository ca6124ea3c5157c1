import { type Static, Type } from '@sinclair/typebox'
import type { SettingRefused } from '../../src/module/module.ts'
import { currency } from '../../src/module/setting.ts'

const ms = (value: number, minimum: number, description: string) => Type.Integer({ minimum, maximum: 86_400_000, default: value, description })

export const orderSettings = Type.Object({
  currency,
  paymentProvider: Type.Optional(Type.Literal('test', { description: 'Who takes the payments; with NODE_ENV=production `test` only where it is said' })),
  paymentLedgerUrl: Type.Optional(Type.String({
    pattern: '^postgres(ql)?://[^\\s]+$', secret: true,
    description: 'The PostgreSQL database of the test payment provider\'s ledger, where it is another than the orders\'',
  })),
  nodeEnv: Type.Optional(Type.String({ description: '`production` refuses the test payment provider unless it is said' })),
  orderLeaseMs: ms(30_000, 100, 'How long an order belongs to who works on it, in milliseconds, without a sign of life'),
  orderSweepMs: ms(1000, 10, 'How often interrupted orders are looked for, in milliseconds'),
  orderPendingMs: ms(1_800_000, 100, 'How long a buyer\'s bank is waited for, in milliseconds'),
})

/** Nobody sells for test money by forgetting a setting. */
export const refusedProvider = ({ nodeEnv, paymentProvider }: Static<typeof orderSettings>): SettingRefused[] =>
  nodeEnv === 'production' && paymentProvider === undefined
    ? [{ name: 'PAYMENT_PROVIDER', message: 'is not set, and NODE_ENV is production; say PAYMENT_PROVIDER=test to sell with the test provider' }]
    : []

import { Reply } from '../../../src/module/reply.ts'
import type { Handlers, Parts } from '../parts.ts'
import { shownMs } from '../rules/signing-keys.ts'

export const keys = ({ tokens }: Parts): Handlers<'jwks' | 'keys'> => ({
  async jwks() {
    return new Reply({ keys: await tokens.publicKeys() }, { headers: { 'cache-control': `public, max-age=${shownMs / 1000}` } })
  },
  async keys() {
    return { keys: await tokens.publicKeys() }
  },
})

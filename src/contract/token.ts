/** What access tokens are made and checked with: a JWT (RFC 9068) signed with Ed25519. Maker and verifiers pin the same. */
export const accessToken = { issuer: 'mercado', audience: 'mercado', type: 'at+jwt', algorithm: 'EdDSA' } as const

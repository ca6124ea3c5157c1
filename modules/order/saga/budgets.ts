/** How long each call of the saga may take, whatever the request that began it may still take. */
export const budgetsMs = { reserve: 8_000, stock: 5_000, settle: 5_000, authorize: 10_000, capture: 10_000, void: 5_000, refund: 10_000 } as const

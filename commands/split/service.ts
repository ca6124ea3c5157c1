/**
 * A service as `npm run start:split` runs it: `commands/start.ts` that ends in order when its launcher is gone, however
 * that ended. The launcher holds the other end of its standard input and never writes.
 */
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).on('error', () => process.kill(process.pid, 'SIGTERM')).resume()
await import('../start.ts')

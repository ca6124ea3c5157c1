import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../deploy/local/programs.ts'
import * as contracts from '../../modules/contracts.ts'
import { load, median, quantile } from './connections.ts'
import { emptyFolder } from './prepared.ts'
import type { Figure } from './report.ts'
import { details } from './requests.ts'
import { type Rounds, compare } from './rounds.ts'
import { type Server, cpuSeconds, settings, start, startShop, started } from './servers.ts'
import { fill } from './shapes.ts'

const LEAST_OF_NGINX = 0.6
const MOST_ADDED_MS = 0.6

const nginxPath = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx'].find((path) => existsSync(path))

/** nginx as a plain proxy in one process, as the gateway is: kept connections, a line a request in its log. */
const startNginx = async (path: string, folder: string, upstream: number): Promise<Server> => {
  const port = await freePort()
  const conf = join(folder, 'nginx.conf')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')
  writeFileSync(conf, `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 1024; }
http {
  access_log ${folder}/access.log; keepalive_requests 1000000000; ${temporary}
  upstream shop { server 127.0.0.1:${upstream}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://shop; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }
  }
}
`)
  const from = performance.now()
  const child = spawn(path, ['-p', folder, '-e', join(folder, 'nginx.log'), '-c', conf], { stdio: 'ignore' })
  process.on('exit', () => child.kill('SIGKILL'))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const answers = () => fetch(`http://127.0.0.1:${port}/health/live`).then(({ ok }) => ok, () => false)
  while (!await answers()) {
    if (child.exitCode !== null) throw new Error(`nginx did not start; see ${folder}/nginx.log`)
    await sleep(10)
  }
  const pid = child.pid ?? 0
  return {
    name: 'nginx', port, metricsPort: 0, pid, startedMs: performance.now() - from, cpuSeconds: () => cpuSeconds(pid), anonymousMb: () => NaN,
    async stop() { child.kill('SIGTERM'); await ended },
  }
}

const WARM_UP_MS = 8000
const ONE_CONNECTION_MS = 1500
/** What a server takes at the median where one asks alone; in turns, as other work on the machine meets all. */
const alone = async (servers: readonly Server[], products: readonly string[], rounds: number): Promise<number[]> => {
  const medians = servers.map((): number[] => [])
  for (let n = 0; n < rounds; n++) {
    for (const [at, { port }] of servers.entries()) {
      medians[at]?.push(quantile((await load({ port, connections: 1, ms: ONE_CONNECTION_MS, next: details(products).next })).latencies, 0.5))
    }
  }
  return medians.map(median)
}

/** The gateway beside nginx, both before the same service: product details of a whole shop in one process. */
export const gatewayBesideNginx = async (rounds: Rounds, say: (figure: Figure) => void): Promise<void> => {
  if (nginxPath === undefined) throw new Error('nginx is not installed; on Debian: apt-get install nginx-light')
  const folder = emptyFolder()
  const shop = await startShop(folder, { env: { TRUSTED_PROXIES: '127.0.0.1' } })
  const urls = Object.fromEntries(Object.keys(contracts).map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${shop.port}`]))
  const gateway = await start({
    name: 'gateway', command: [...started.slice(0, -1), 'gateway'], log: join(folder, 'gateway.log'), ready: '/products?limit=1',
    env: { ...settings, ...urls, MERCADO_DATA: join(folder, 'gateway') },
  })
  const nginx = await startNginx(nginxPath, folder, shop.port)
  try {
    const { products } = await fill(shop)
    const side = (server: Server) => ({ server, requests: details(products) })
    // Both of ours are compiled while they run; what a gateway does all day is what counts.
    await load({ port: gateway.port, connections: rounds.connections, ms: WARM_UP_MS, next: details(products).next })
    const { ratio, cpuRatio, first, second } = await compare(side(gateway), side(nginx), rounds)
    say({ name: 'gateway, requests/s by nginx\'s', value: ratio, unit: '', least: LEAST_OF_NGINX, about: `${Math.round(first.perSecond)}/s and ${Math.round(second.perSecond)}/s, p99 ${first.p99.toFixed(1)} and ${second.p99.toFixed(1)} ms` })
    say({ name: 'gateway, requests a second of its processor', value: cpuRatio, unit: '', about: 'by nginx\'s, which checks, limits, counts and traces nothing' })
    const [direct = NaN, through = NaN, plain = NaN] = await alone([shop, gateway, nginx], products, rounds.rounds)
    say({ name: 'product detail, added by the gateway', value: through - direct, unit: 'ms', most: MOST_ADDED_MS, about: `p50 ${through.toFixed(3)} ms through it, ${direct.toFixed(3)} without; nginx adds ${(plain - direct).toFixed(3)}` })
  } finally {
    for (const server of [nginx, gateway, shop]) await server.stop()
  }
}

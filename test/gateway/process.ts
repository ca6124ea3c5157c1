/** A gateway in a process of its own, before one instance: prints where it listens. */
import { gateway } from '../../src/gateway/gateway.ts'
import { createUpstreams } from '../../src/gateway/proxy/upstreams.ts'
import { makeEdge } from '../../src/http/edge.ts'
import { listen } from '../../src/http/listen.ts'
import { realWorld } from '../../src/process/world.ts'
import { testSettings } from '../edge.ts'
import { settings, things } from './stage.ts'

const world = realWorld()
const log = { debug() {}, info() {}, warn() {}, error() {} }
const edge = makeEdge({ world, log, settings: { ...testSettings, compression: false }, keys: async () => [], observe() {}, publicUrl: () => 'http://shop.example' })
const upstreams = createUpstreams({ module: 'things', urls: process.argv.slice(2), world, log, observe() {}, settings })
const front = gateway({ modules: [{ contract: things, upstreams }], edge, ready: async () => ({}), title: 'Shop', version: '1' })
const { port } = await listen(front.fetch, { host: '127.0.0.1', port: 0 })
console.log(port)

// The packages in other runtimes: Deno, Bun, and workerd, which Cloudflare runs at its edge. All answer as Node does.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { blocks } from './blocks.mjs'
import { packages } from './packages.mjs'
import { answers } from './runtimes/same.mjs'

const here = import.meta.dirname
const root = join(here, '../..')
const work = join(here, 'apps/runtimes')
const run = promisify(execFile)
const program = (name) => join(here, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name)
const readme = readFileSync(join(root, 'bindings-wasm/README.md'), 'utf8')
const lib = join(here, 'node_modules/@omnicontact/web/dist/lib')

/** Runs a program that npm brings; what npm could not bring is a failure that says so. */
async function ran(name, ...given) {
  const shown = await run(program(name), given, { cwd: work, env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' }, timeout: 120_000 }).catch((fault) => {
    if (fault.code === 'ENOENT') assert.fail(`${name} is not here: \`npm install\` in tests/js brings it where its platform package can be had`)
    throw new Error(`${fault.message}\n${fault.stdout}`, { cause: fault })
  })
  return shown.stdout.trim()
}

const expected = []
before(async () => {
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  for (const { api } of packages) expected.push(await answers(api))
})
after(() => rmSync(work, { recursive: true, force: true }))

test('the two packages agree in Node', () => {
  assert.equal(expected[0], expected[1])
  const { errors, merged, within, refused, restored, ids, own, streamed } = JSON.parse(expected[0])
  assert.deepEqual({ merged, within, refused, restored, own, streamed }, { merged: 1, within: 1, refused: 'already_unmerged', restored: 2, own: true, streamed: ['9007199254740993', true] })
  assert.equal(new Set(ids).size, 2)
  assert.deepEqual(errors.map(([name, , kind, code, path]) => [name, kind, code, path]), [
    ['OmnicontactError', 'invalid_data', 'invalid_value', 'messages[0].direction'],
    ['OmnicontactError', 'invalid_argument', 'unknown_zone', 'zone'],
    ['OmnicontactError', 'conflict', 'freed', ''],
  ])
})

const RUNTIMES = [
  { name: 'deno', words: ['run', '--no-prompt', '--allow-read'], addon: ['--allow-ffi'], bytes: (path) => `await Deno.readFile(${path})` },
  { name: 'bun', words: [], addon: [], bytes: (path) => `await Bun.file(${path}).bytes()` },
]

for (const { name, words, addon, bytes } of RUNTIMES) {
  describe(name, () => {
    const script = (code, file = 'main.mjs') => {
      writeFileSync(join(work, file), code)
      return file
    }
    const path = JSON.stringify(join(lib, 'omnicontact.wasm'))
    const simd = JSON.stringify(join(lib, 'omnicontact_simd.wasm'))

    for (const [what, load] of Object.entries({
      'by itself': 'await oc.init()',
      'from an address': `const { pathToFileURL } = await import('node:url')\nawait oc.init(pathToFileURL(${path}))`,
      'from bytes': `await oc.init(${bytes(simd)})`,
      'from a compiled module': `await oc.init(await WebAssembly.compile(${bytes(path)}))`,
      'at once': `oc.initSync(new WebAssembly.Module(${bytes(simd)}))`,
    })) {
      test(`${name}: the module loads ${what}, and answers as in Node`, async () => {
        const code = `import * as oc from '@omnicontact/web'\nimport { answers } from '../../runtimes/same.mjs'\n${load}\nconsole.log(await answers(oc))\n`
        assert.equal(await ran(name, ...words, script(code)), expected[0])
      })
    }

    test(`${name}: what cannot be loaded is an error with advice`, async () => {
      const code = `import * as oc from '@omnicontact/web'\ntry { oc.dayOf({ zone: 'UTC', at: 0 }) } catch (error) { console.log(error.code) }\nfor (const source of [new Uint8Array(8), new URL('file:///no/such/file.wasm'), {}]) await oc.init(source).catch((error) => console.log(error.name, error.code, error.hint !== null))\nawait oc.init()\nconsole.log(oc.dayOf({ zone: 'UTC', at: 0 }).date)\n`
      assert.deepEqual((await ran(name, ...words, script(code))).split('\n'), ['not_ready', ...Array(3).fill('OmnicontactError not_ready true'), '1970-01-01'])
    })

    test(`${name}: \`using\`, a worker, reports alone`, async () => {
      const code = `import * as oc from '@omnicontact/web'
import * as small from '@omnicontact/web/reports'
import { freedByUsing } from '../../runtimes/using.mjs'
await Promise.all([oc.init(), small.init()])
console.log(freedByUsing(oc), small.messagesReport({ messages: [{ id: 1, sent_at: 0, direction: 'incoming', contact: 'ana' }] }, { zone: 'UTC', now: 0, period: 'today' }).incoming_by_channel.total)
const client = await oc.createWorkerClient()
const data = await client.load({ messages: new Blob(['id,sent_at,direction,contact\\n1,2026-07-01T10:00:00Z,incoming,ana\\n']) })
const report = await data.messagesReport({ zone: 'UTC', now: '2026-07-01T12:00:00Z', period: 'today' })
console.log(data.messageCount, (await report.component('incoming_log').table()).row(0).contact_id)
await data.messagesReport({ zone: 'Mars' }).catch((error) => console.log(error instanceof oc.OmnicontactError, error.code, error.path))
client.terminate()
`
      assert.deepEqual((await ran(name, ...words, script(code))).split('\n'), ['true 1', '1 ana', 'true unknown_zone zone'])
    })

    test(`${name}: the README's lines run`, async () => {
      const [code, ...others] = blocks(readme, 'js', 'Deno, Bun and Node')
      assert.equal(others.length, 0)
      assert.match(await ran(name, ...words, script(code)), /WhatsApp/)
    })

    test(`${name}: the native package answers as in Node`, async () => {
      const code = `import { createRequire } from 'node:module'
import * as oc from '@omnicontact/node'
import { answers } from '../../runtimes/same.mjs'
import { freedByUsing } from '../../runtimes/using.mjs'
if (createRequire(import.meta.url)('@omnicontact/node').Dataset !== oc.Dataset || !freedByUsing(oc)) throw new Error('two classes')
const tables = oc.sample({ contacts: 20, messages: 500, days: 9 })
const asked = { zone: 'UTC', now: '2026-07-01T05:00:00Z', period: 'all_time' }
const [one, other] = [await oc.messagesReportAsync(tables, asked), oc.messagesReport(tables, asked)].map((report) => JSON.stringify(report))
if (one !== other) throw new Error('a thread answers otherwise')
const rows = Array.from({ length: 100_000 }, (_, id) => ({ id, sent_at: 0, direction: 'incoming', contact: id }))
const stop = new AbortController()
const ended = oc.messagesReportAsync({ messages: rows }, asked, { signal: stop.signal }).catch((error) => error.code)
stop.abort()
if ((await ended) !== 'cancelled') throw new Error('it went on')
console.log(await answers(oc))
`
      assert.equal(await ran(name, ...words, ...addon, script(code)), expected[0])
    })
  })
}

describe('workerd', () => {
  const ports = new Map()
  let server

  /** Bundles a worker as the tools of Cloudflare do: modules of WebAssembly stay files, and are compiled with the worker. */
  async function bundled(name, file) {
    const modules = new Map()
    const compiled = {
      name: 'compiled modules',
      setup(plan) {
        plan.onResolve({ filter: /\.wasm$/ }, async ({ path, resolveDir, kind, pluginData }) => {
          if (pluginData === 'inner') return undefined
          const found = await plan.resolve(path, { resolveDir, kind, pluginData: 'inner' })
          const own = `${name}-${found.path.includes('reports') ? 'reports-' : ''}${basename(found.path)}`
          if (found.errors.length === 0) modules.set(own, found.path)
          return found.errors.length === 0 ? { path: `./${own}`, external: true } : { errors: found.errors }
        })
      },
    }
    await build({ entryPoints: [file], outfile: join(work, `${name}.js`), bundle: true, format: 'esm', target: 'esnext', conditions: ['workerd', 'worker', 'browser'], plugins: [compiled], logLevel: 'warning' })
    for (const [own, path] of modules) copyFileSync(path, join(work, own))
    const parts = [`(name = "${name}.js", esModule = embed "${name}.js")`, ...[...modules.keys()].map((own) => `(name = "./${own}", wasm = embed "${own}")`)]
    return { modules: [...modules.keys()], service: `(name = "${name}", worker = (compatibilityDate = "2026-01-01", modules = [${parts.join(', ')}]))`, socket: `(name = "${name}", address = "127.0.0.1:0", http = (), service = "${name}")` }
  }

  before(async () => {
    const [code] = blocks(readme, 'js', 'At the edge')
    writeFileSync(join(work, 'readme-edge.mjs'), code)
    const workers = [await bundled('readme', join(work, 'readme-edge.mjs')), await bundled('same', join(here, 'runtimes/edge.mjs'))]
    assert.deepEqual(workers[0].modules, ['readme-omnicontact_simd.wasm'])
    writeFileSync(join(work, 'config.capnp'), `using Workerd = import "/workerd/workerd.capnp";\nconst config :Workerd.Config = (\n  services = [${workers.map(({ service }) => service).join(', ')}],\n  sockets = [${workers.map(({ socket }) => socket).join(', ')}]\n);\n`)
    server = spawn(program('workerd'), ['serve', 'config.capnp', '--control-fd=3'], { cwd: work, stdio: ['ignore', 'inherit', 'inherit', 'pipe'], detached: true })
    await new Promise((resolve, reject) => {
      server.on('error', (cause) => reject(new Error('workerd is not here: `npm install` in tests/js brings it where its platform package can be had', { cause })))
      server.on('exit', (code) => reject(new Error(`workerd ended with ${code}`)))
      createInterface({ input: server.stdio[3] }).on('line', (line) => {
        const { event, socket, port } = JSON.parse(line)
        if (event === 'listen') ports.set(socket, port)
        if (ports.size === workers.length) resolve()
      })
    })
  })
  // The launcher of npm has the server as its child.
  after(() => server?.pid !== undefined && process.kill(process.platform === 'win32' ? server.pid : -server.pid))

  const ask = (worker, path, options) => fetch(`http://127.0.0.1:${ports.get(worker)}/${path}`, options)

  test('workerd: the README\'s worker answers, and says what is wrong', async () => {
    const body = 'id,sent_at,direction,contact\n1,2026-07-01T10:00:00Z,incoming,ana\n2,2026-07-02T10:00:00Z,outgoing,ana\n'
    const found = await ask('readme', '?zone=America/Guayaquil', { method: 'POST', body })
    assert.equal(found.status, 200)
    const report = await found.json()
    assert.equal(report.zone, 'America/Guayaquil')
    assert.equal(report.components.find(({ component }) => component === 'incoming_by_channel').outcome.total, 1)
    const refused = await ask('readme', '', { method: 'POST', body: `${body}3,tomorrow,incoming,ana\n` })
    assert.equal(refused.status, 400)
    const { code, path } = await refused.json()
    assert.deepEqual({ code, path }, { code: 'invalid_value', path: 'messages.line[4].sent_at' })
  })

  test('workerd: before it is loaded, and what the edge does not compile, is told; then it answers as in Node', async () => {
    for (const path of ['early', 'bytes', 'address']) {
      const { name, code, hint } = await (await ask('same', path)).json()
      assert.deepEqual([name, code, hint !== null], ['OmnicontactError', 'not_ready', true], path)
    }
    assert.equal(await (await ask('same', 'same')).text(), expected[0])
    assert.equal(await (await ask('same', 'using')).text(), 'true')
    assert.equal(await (await ask('same', 'reports')).text(), '1')
  })
})

// What only the web package has: loading the module, and what it weighs.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const lib = join(import.meta.dirname, 'node_modules/@omnicontact/web/dist/lib')

/** Runs a module in a process of its own, where nothing is loaded yet. */
function alone(code) {
  return execFileSync(process.execPath, ['--input-type=module', '-e', `import * as oc from '@omnicontact/web'\nimport { readFileSync } from 'node:fs'\nconst lib = ${JSON.stringify(lib)}\n${code}`], { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
}

test('nothing works before the module is there, and the error says so', () => {
  assert.equal(alone(`try { oc.dayOf({ zone: 'UTC', at: 0 }) } catch (error) { console.log(error.name, error.kind, error.code, error.hint) }`), 'OmnicontactError conflict not_ready wait for `await init()`')
})

const DAY = `console.log(oc.dayOf({ zone: 'UTC', at: 0 }).date)`
for (const [what, code] of [
  ['by itself', 'await oc.init()'],
  ['by the default export', `const { default: init } = await import('@omnicontact/web'); await init()`],
  ['from bytes', 'await oc.init(readFileSync(`${lib}/omnicontact.wasm`))'],
  ['from a promise of bytes', 'await oc.init(Promise.resolve(readFileSync(`${lib}/omnicontact_simd.wasm`)))'],
  ['from an address', 'await oc.init(new URL(`file://${lib}/omnicontact.wasm`))'],
  ['from a compiled module', 'await oc.init(await WebAssembly.compile(readFileSync(`${lib}/omnicontact.wasm`)))'],
  ['from a response', `await oc.init(new Response(readFileSync(\`\${lib}/omnicontact.wasm\`), { headers: { 'content-type': 'application/wasm' } }))`],
  ['at once', 'oc.initSync(readFileSync(`${lib}/omnicontact_simd.wasm`))'],
  ['twice at the same time', 'await Promise.all([oc.init(), oc.init()]); await oc.init(); oc.initSync(new Uint8Array())'],
  ['after a failure', `await oc.init(new Uint8Array(8)).catch((error) => { if (error.code !== 'not_ready') throw error }); await oc.init()`],
]) {
  test(`the module loads ${what}`, () => assert.equal(alone(`${code}\n${DAY}`), '1970-01-01'))
}

test('what cannot be loaded is an error with advice', () => {
  for (const source of ['new Uint8Array(8)', 'new URL("file:///no/such/file")', 'new Response("no", { status: 404 })', '"http://127.0.0.1:9/x.wasm"', '{}']) {
    const said = alone(`await oc.init(${source}).then(() => console.log('loaded'), (error) => console.log(error.name, error.code, error.hint !== null, error.cause !== undefined))`)
    assert.equal(said, 'OmnicontactError not_ready true true', source)
  }
})

test('without SIMD the plain module is taken', () => {
  const said = alone(`WebAssembly.validate = () => false\nconsole.log(oc.hasSimd())\nawait oc.init()\n${DAY}`)
  assert.deepEqual(said.split('\n'), ['false', '1970-01-01'])
  assert.equal(alone('console.log(oc.hasSimd())'), 'true')
})

test('the package stays within its size', () => {
  const zipped = (file) => gzipSync(readFileSync(join(lib, file)), { level: 9 }).length
  const api = join(lib, '../api')
  const scripts = ['glue.js', 'load.js', 'web.js', 'client.js', 'address.js'].reduce((sum, file) => sum + zipped(file), 0) + readdirSync(api).reduce((sum, file) => sum + gzipSync(readFileSync(join(api, file)), { level: 9 }).length, 0)
  const sizes = { plain: zipped('omnicontact.wasm'), simd: zipped('omnicontact_simd.wasm'), reports: zipped('../reports/lib/omnicontact.wasm'), scripts }
  // The goals are far below (docs/PERFORMANCE.md says what takes the room): this only keeps it from growing unseen.
  console.log(`gzipped: ${JSON.stringify(sizes)}`)
  assert.ok(Math.max(sizes.plain, sizes.simd) + scripts < 1_275_000, JSON.stringify(sizes))
  assert.ok(sizes.reports + scripts < 590_000, JSON.stringify(sizes))
  assert.ok(scripts < 40_000, JSON.stringify(sizes))
})

test('the build for reports alone gives the same reports, and says what it has not', () => {
  const said = alone(`
    const small = await import('@omnicontact/web/reports')
    await Promise.all([oc.init(), small.init(), small.init()])
    const { messages, events, contacts, channels, users } = oc.sample({ contacts: 40, messages: 300, days: 40 })
    const tables = { messages, events, contacts, channels, users }
    const asked = { zone: 'America/Guayaquil', now: '2026-07-01T05:00:00Z', period: 'last_30_days', compare: false }
    for (const kind of ['messagesReport', 'contactsReport']) {
      const [whole, part] = [oc, small].map((api) => JSON.stringify(new api.Dataset(tables)[kind](asked)))
      if (whole !== part || part.length < 5000) throw new Error(kind)
    }
    const data = new small.Dataset(tables)
    if (data.choices({ filter: 'channel' }).choices.length === 0) throw new Error('choices')
    const report = data.messagesReport(asked)
    if (!report.outgoing_log.csv().includes('timestamp') || report.outgoing_log.all().length === 0) throw new Error('csv')
    const merged = small.PartialReport.fromBytes(data.messagesPartial(asked).toBytes()).finish()
    if (JSON.stringify(merged.delivery) !== JSON.stringify(report.delivery)) throw new Error('partial')
    for (const [place, work] of Object.entries({
      operation: () => small.dayOf({ zone: 'UTC', at: 0 }),
      format: () => report.html(),
      messages: () => new small.Dataset({ messages: 'id,sent_at,direction,contact\\n' }),
    })) {
      try { work(); throw new Error(place) } catch (error) {
        if (!(error instanceof small.OmnicontactError)) throw error
        console.log(error.code, error.path, / is not in this build$/.test(error.detail), error.hint !== null)
      }
    }
    try { new small.Workspace({ zone: 'UTC' }) } catch (error) { console.log(error.name, error.code, / is not in this build$/.test(error.detail)) }
  `)
  assert.deepEqual(said.split('\n'), ['unknown_label operation true true', 'unknown_label format true true', 'unknown_label messages true true', 'OmnicontactError unknown_label true'])
})

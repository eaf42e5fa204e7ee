// The packages as npm would publish them: what is in them, and what they are like in an empty folder.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { blocks } from './blocks.mjs'
import { packed } from './install.mjs'

const here = import.meta.dirname
const root = join(here, '../..')
const tsc = join(here, 'node_modules/typescript/bin/tsc')
const tarballs = readdirSync(packed).filter((file) => file.endsWith('.tgz'))
const main = tarballs.filter((file) => /omnicontact-(node|web)-\d/.test(file))

test('both packages are packed', () => assert.equal(main.length, 2, String(tarballs)))

for (const file of main) {
  const bytes = readFileSync(join(packed, file))
  const web = file.includes('-web-')

  test(`${file}: publint finds nothing`, async () => {
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
    assert.deepEqual(messages.map((message) => formatMessage(message, pkg)), [])
  })

  test(`${file}: types fit every way of importing`, async () => {
    const { problems } = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)))
    // What is left out on purpose: resolution without `exports` (TypeScript's old `node10`) finds the main entry alone, and
    // the package for the web is of ES modules, which `require` of Node 20.19 and later takes.
    const serious = problems.filter(({ kind, resolutionKind }) => resolutionKind !== 'node10' && !(web && kind === 'CJSResolvesToESM'))
    assert.deepEqual(serious, [])
  })

  test(`${file}: types come first, files are there, licences too`, () => {
    const folder = join(here, 'node_modules/@omnicontact', web ? 'web' : 'node')
    const { exports, files, optionalDependencies, devDependencies, scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const conditions = (target) => (typeof target === 'string' ? [] : [Object.keys(target), ...Object.values(target).flatMap(conditions)])
    for (const keys of Object.values(exports).flatMap(conditions)) {
      if (keys.includes('types')) assert.equal(keys[0], 'types')
      if (keys.includes('default')) assert.equal(keys.at(-1), 'default')
    }
    const targets = (target) => (typeof target === 'string' ? [target] : Object.values(target).flatMap(targets))
    for (const target of Object.values(exports).flatMap(targets)) assert.ok(readFileSync(join(folder, target)).length > 0, target)
    const found = readdirSync(folder)
    for (const file of ['README.md', 'LICENSE-MIT', 'LICENSE-APACHE']) assert.ok(found.includes(file), file)
    assert.ok(files.length > 0)
    if (!web) {
      assert.equal(Object.keys(optionalDependencies).length, 8)
      assert.deepEqual([devDependencies, scripts], [undefined, undefined])
      assert.ok(!readdirSync(join(folder, 'dist')).some((file) => file.endsWith('.node')), 'addons come with their own packages')
    }
  })
}

describe('in an empty folder', () => {
  let folder
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'omnicontact-fresh-'))
    writeFileSync(join(folder, 'package.json'), '{"name":"fresh","private":true}\n')
    const options = ['--offline', '--no-audit', '--no-fund', '--loglevel=error']
    execFileSync('npm', ['install', ...options, ...tarballs.map((file) => join(packed, file))], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' })
    for (const name of ['@types/node', 'undici-types']) cpSync(join(here, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const run = (file) => execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' }).trim()

  /** Compiles with the strictest options, declarations of the packages included. */
  function compile(sources, options) {
    rmSync(join(folder, 'src'), { recursive: true, force: true })
    mkdirSync(join(folder, 'src'))
    for (const [name, code] of Object.entries(sources)) writeFileSync(join(folder, 'src', name), code)
    const compilerOptions = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noPropertyAccessFromIndexSignature: true, skipLibCheck: false, target: 'es2022', module: 'nodenext', rootDir: 'src', outDir: 'out', ...options }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }))
    try {
      execFileSync(process.execPath, [tsc, '-p', '.'], { cwd: folder, encoding: 'utf8' })
    } catch (fault) {
      assert.fail(fault.stdout)
    }
  }

  const typed = (name) => `
import { Dataset, type MessagesReport, OmnicontactError, sample } from '${name}'
${name.endsWith('web') ? "import { init } from '@omnicontact/web'\nawait init()" : ''}
const data = new Dataset(sample({ contacts: 30, messages: 300, days: 30 }))
const report: MessagesReport = data.messagesReport({ zone: 'UTC', now: '2026-07-01T05:00:00Z', period: 'last_30_days' })
const { outcome } = report.outgoing_by_channel
if (outcome.state === 'data') console.log(typeof outcome.rows[0]?.label, outcome.total === report.outgoing_by_channel.total)
try {
  data.messagesReport({ zone: 'Mars' })
} catch (error) {
  if (error instanceof OmnicontactError) console.log(error.code, error.path)
}
report.free()
data.free()
`
  const SAID = 'string true\nunknown_zone zone'

  test('strict TypeScript, as ES modules and CommonJS', () => {
    const common = typed('@omnicontact/node').replace(/import \{(.*)\} from '(.*)'/, "import oc = require('$2')\nimport type { MessagesReport } from '$2'\nconst { Dataset, OmnicontactError, sample } = oc")
    compile({ 'node.mts': typed('@omnicontact/node'), 'node.cts': common, 'web.mts': typed('@omnicontact/web') }, {})
    for (const file of ['node.mjs', 'node.cjs', 'web.mjs']) assert.equal(run(join('out', file)), SAID, file)
  })

  test('Arrow tables by `require`, with the class of errors that everybody has', () => {
    writeFileSync(join(folder, 'arrow.cjs'), "const { OmnicontactError } = require('@omnicontact/node')\ntry {\n  require('@omnicontact/node/arrow').fromArrow([])\n} catch (error) {\n  console.log(error instanceof OmnicontactError, error.code)\n}\n")
    assert.equal(run('arrow.cjs'), 'true malformed_value')
  })

  test('strict TypeScript on a server, without the declarations of a page', () => {
    compile({ 'node.mts': typed('@omnicontact/node'), 'web.mts': typed('@omnicontact/web') }, { lib: ['es2022'], types: ['node'] })
  })

  test('strict TypeScript for a bundler and for the edge', () => {
    const edge = `
import { type CompiledModule, type WorkerLike, createWorkerClient, init, initSync } from '@omnicontact/web'
import compiled from '@omnicontact/web/omnicontact_simd.wasm'
import '@omnicontact/web/worker.js'
initSync(compiled)
const module: WebAssembly.Module = compiled satisfies CompiledModule
await init(fetch('omnicontact.wasm'))
const worker: WorkerLike = new Worker(new URL('@omnicontact/web/worker.js', import.meta.url), { type: 'module' })
await createWorkerClient({ worker, wasm: module })
// @ts-expect-error tables come by name
await (await createWorkerClient()).load([])
`
    compile({ 'edge.ts': edge, 'node.ts': typed('@omnicontact/web') }, { module: 'esnext', moduleResolution: 'bundler', noEmit: true })
  })

  test('the README for Node, to the letter', () => {
    const found = blocks(readFileSync(join(folder, 'node_modules/@omnicontact/node/README.md'), 'utf8'), 'js')
    assert.ok(found.length >= 6)
    for (const [place, code] of found.entries()) {
      writeFileSync(join(folder, `block-${place}.mjs`), code)
      run(`block-${place}.mjs`)
    }
  })

  test('an addon that is not there is an error with advice', () => {
    rmSync(join(folder, 'node_modules/@omnicontact', readdirSync(join(folder, 'node_modules/@omnicontact')).find((name) => name.startsWith('node-'))), { recursive: true })
    writeFileSync(join(folder, 'absent.cjs'), "try {\n  require('@omnicontact/node')\n} catch (error) {\n  console.log(error.message)\n}\n")
    assert.match(run('absent.cjs'), /^@omnicontact\/node has no addon for \S+; .* install @omnicontact\/node-\S+, .* use @omnicontact\/web$/)
  })
})

// Builds the package into `dist`: the module with SIMD and without, one for reports alone, the JavaScript around them,
// types. `--no-module` leaves the modules as they are.
// Needs the target wasm32-unknown-unknown and wasm-bindgen (its path in WASM_BINDGEN, or on the PATH).

import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const api = join(root, 'bindings-node/api')
const dist = join(here, 'dist')
const lib = join(dist, 'lib')
const reports = join(dist, 'reports')
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')
const bindgen = process.env.WASM_BINDGEN ?? 'wasm-bindgen'

/** What panics name as their place is not where the builder has its files. */
const PLACES = [[root, 'omnicontact'], [join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src'), 'crates']]
  .map((names) => `--remap-path-prefix=${names.join('=')}`)
  .join(' ')

/**
 * Functions stay apart: so the module is smaller gzipped, and engines exchange code for faster code between calls only. By
 * their names those that are alike stand together, which gzip makes less of.
 */
const OPTIMISE = process.env.OMNICONTACT_WASM_OPT?.split(' ') ?? [
  '-O3', '--one-caller-inline-max-function-size=0', '--flexible-inline-max-function-size=10', '--reorder-functions-by-name',
]

const FEATURES = ['bulk-memory', 'nontrapping-float-to-int', 'sign-ext', 'mutable-globals', 'reference-types', 'multivalue']

/** A module and the JavaScript around it; cargo works on one after the other, what follows on all at once. */
async function made(work, name, { flags = '', features = FEATURES, cargo = [] }) {
  execFileSync('cargo', ['build', '--quiet', '--profile', 'wasm', '--target', 'wasm32-unknown-unknown', '-p', 'omnicontact-wasm', ...cargo], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: `${flags} ${PLACES}` },
  })
  const folder = join(work, name)
  const built = join(target, 'wasm32-unknown-unknown/wasm/omnicontact_wasm.wasm')
  execFileSync(bindgen, [built, '--target', 'web', '--omit-default-module-path', '--no-typescript', '--out-dir', folder, '--out-name', 'glue'], {
    stdio: 'inherit',
  })
  const opt = join(dirname(createRequire(import.meta.url).resolve('binaryen')), 'bin/wasm-opt')
  const asked = features.map((feature) => `--enable-${feature}`)
  const module = join(folder, 'glue_bg.wasm')
  const done = promisify(execFile)(process.execPath, [opt, ...OPTIMISE, ...asked, module, '-o', module])
  return { module, glue: readFileSync(join(folder, 'glue.js'), 'utf8'), done }
}

async function modules() {
  const work = mkdtempSync(join(tmpdir(), 'omnicontact-web-'))
  const plain = await made(work, 'plain', {})
  const small = await made(work, 'reports', { cargo: ['--no-default-features'] })
  const simd = await made(work, 'simd', { flags: '-C target-feature=+simd128', features: [...FEATURES, 'simd'] })
  await Promise.all([plain.done, small.done, simd.done])
  if (plain.glue !== simd.glue) throw new Error('the two modules need different JavaScript around them')
  copyFileSync(plain.module, join(lib, 'omnicontact.wasm'))
  copyFileSync(simd.module, join(lib, 'omnicontact_simd.wasm'))
  writeFileSync(join(lib, 'glue.js'), plain.glue)
  copyFileSync(small.module, join(reports, 'lib/omnicontact.wasm'))
  writeFileSync(join(reports, 'lib/glue.js'), `${small.glue}\n${readFileSync(join(here, 'lib/reports/absent.js'), 'utf8')}`)
  rmSync(work, { recursive: true })
}

/** The JavaScript around a module. */
function scripts(folder, address) {
  mkdirSync(join(folder, 'lib'), { recursive: true })
  for (const file of ['client.js', 'load.js', 'web.js', 'worker.js']) copyFileSync(join(here, 'lib', file), join(folder, 'lib', file))
  copyFileSync(join(here, 'lib', address), join(folder, 'lib/address.js'))
  copyFileSync(join(here, 'lib', address.replace('address', 'edge')), join(folder, 'lib/edge.js'))
  cpSync(api, join(folder, 'api'), { recursive: true, filter: (source) => !source.endsWith('.d.ts') && !source.endsWith('arrow.js') })
}

scripts(dist, 'address.js')
scripts(reports, 'reports/address.js')
if (!process.argv.includes('--no-module')) await modules()
for (const file of ['web.d.ts', 'module.d.ts', 'worker.d.ts']) copyFileSync(join(here, 'lib', file), join(lib, file))
copyFileSync(join(api, 'index.d.ts'), join(lib, 'api.d.ts'))
copyFileSync(join(api, 'arrow.d.ts'), join(lib, 'arrow.d.ts'))
writeFileSync(join(lib, 'arrow.js'), readFileSync(join(api, 'arrow.js'), 'utf8').replace("'./errors.js'", "'../api/errors.js'"))
copyFileSync(join(root, 'core/src/wire/types.d.ts'), join(lib, 'types.d.ts'))
for (const file of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(root, file), join(here, file))

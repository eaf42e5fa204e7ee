// Builds the package into `dist`: the module with SIMD and without, the JavaScript around it, types.
// `--no-module` leaves the module as it is.
// Needs the target wasm32-unknown-unknown and wasm-bindgen (its path in WASM_BINDGEN, or on the PATH).

import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const api = join(root, 'bindings-node/api')
const dist = join(here, 'dist')
const lib = join(dist, 'lib')
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')
const bindgen = process.env.WASM_BINDGEN ?? 'wasm-bindgen'

const FEATURES = ['bulk-memory', 'nontrapping-float-to-int', 'sign-ext', 'mutable-globals', 'reference-types', 'multivalue']

/** The module and the JavaScript around it. */
function made(folder, flags, features) {
  execFileSync('cargo', ['build', '--quiet', '--profile', 'wasm', '--target', 'wasm32-unknown-unknown', '-p', 'omnicontact-wasm'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: flags },
  })
  const built = join(target, 'wasm32-unknown-unknown/wasm/omnicontact_wasm.wasm')
  execFileSync(bindgen, [built, '--target', 'web', '--omit-default-module-path', '--no-typescript', '--out-dir', folder, '--out-name', 'glue'], {
    stdio: 'inherit',
  })
  const opt = join(dirname(createRequire(import.meta.url).resolve('binaryen')), 'bin/wasm-opt')
  const asked = features.map((feature) => `--enable-${feature}`)
  const module = join(folder, 'glue_bg.wasm')
  execFileSync(process.execPath, [opt, process.env.OMNICONTACT_WASM_OPT ?? '-Os', ...asked, module, '-o', module], { stdio: 'inherit' })
  return { module, glue: readFileSync(join(folder, 'glue.js'), 'utf8') }
}

function modules() {
  const work = mkdtempSync(join(tmpdir(), 'omnicontact-web-'))
  const plain = made(join(work, 'plain'), '', FEATURES)
  const simd = made(join(work, 'simd'), '-C target-feature=+simd128', [...FEATURES, 'simd'])
  if (plain.glue !== simd.glue) throw new Error('the two modules need different JavaScript around them')
  copyFileSync(plain.module, join(lib, 'omnicontact.wasm'))
  copyFileSync(simd.module, join(lib, 'omnicontact_simd.wasm'))
  writeFileSync(join(lib, 'glue.js'), plain.glue)
  rmSync(work, { recursive: true })
}

mkdirSync(lib, { recursive: true })
if (!process.argv.includes('--no-module')) modules()
for (const file of ['address.js', 'client.js', 'load.js', 'web.js', 'web.d.ts', 'worker.js']) copyFileSync(join(here, 'lib', file), join(lib, file))
cpSync(api, join(dist, 'api'), { recursive: true, filter: (source) => !source.endsWith('.d.ts') })
copyFileSync(join(api, 'index.d.ts'), join(lib, 'api.d.ts'))
copyFileSync(join(root, 'core/src/wire/types.d.ts'), join(lib, 'types.d.ts'))

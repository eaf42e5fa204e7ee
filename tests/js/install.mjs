// Puts the built packages where their users would have them: packed by `npm pack`, and unpacked into `node_modules`.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const scope = join(import.meta.dirname, 'node_modules/@omnicontact')

/** The packages as npm would publish them; tests look at them as well. */
export const packed = join(import.meta.dirname, 'packed')

/** Packs a folder; answers where the package lies. */
export function pack(from, to = packed) {
  mkdirSync(to, { recursive: true })
  const options = ['--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', to]
  const told = execFileSync('npm', ['pack', ...options], { cwd: from, encoding: 'utf8', shell: process.platform === 'win32' })
  return join(to, JSON.parse(told)[0].filename)
}

function install(from, name) {
  const to = join(scope, name)
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  execFileSync('tar', ['-xzf', pack(from), '-C', to, '--strip-components=1'])
}

if (process.argv[1] === import.meta.filename) {
  rmSync(packed, { recursive: true, force: true })
  const npm = join(root, 'bindings-node/npm')
  install(join(npm, 'main'), 'node')
  for (const name of ['linux-x64-gnu', 'linux-arm64-gnu', 'darwin-arm64', 'darwin-x64', 'win32-x64-msvc']) {
    if (existsSync(join(npm, name, `omnicontact.${name}.node`))) install(join(npm, name), `node-${name}`)
  }
  if (existsSync(join(root, 'bindings-wasm/dist'))) install(join(root, 'bindings-wasm'), 'web')
}

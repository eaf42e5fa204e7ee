// Puts the built packages where their users would have them: in `node_modules`, with what they publish and no more.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const scope = join(import.meta.dirname, 'node_modules/@omnicontact')

/** Files that a pattern of a manifest means: a path, or `folder/*.ending`. */
function matching(folder, pattern) {
  const [before, ending] = pattern.split('*')
  if (ending === undefined) return existsSync(join(folder, pattern)) ? [pattern] : []
  return readdirSync(join(folder, before))
    .filter((file) => file.endsWith(ending))
    .map((file) => join(before, file))
}

export function install(from, name) {
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'))
  const to = join(scope, name)
  rmSync(to, { recursive: true, force: true })
  for (const pattern of [...(manifest.files ?? []), 'package.json', 'README.md']) {
    for (const file of matching(from, pattern)) {
      mkdirSync(dirname(join(to, file)), { recursive: true })
      cpSync(join(from, file), join(to, file), { recursive: true })
    }
  }
}

const npm = join(root, 'bindings-node/npm')
install(join(npm, 'main'), 'node')
for (const name of ['linux-x64-gnu', 'linux-arm64-gnu', 'darwin-arm64', 'darwin-x64', 'win32-x64-msvc']) {
  if (existsSync(join(npm, name, `omnicontact.${name}.node`))) install(join(npm, name), `node-${name}`)
}
if (existsSync(join(root, 'bindings-wasm/dist'))) install(join(root, 'bindings-wasm'), 'web')

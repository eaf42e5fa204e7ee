// Builds the package into `dist`: the addon for this machine, ES modules, CommonJS, types.
// `--no-addon` leaves the addon as it is; `--platforms` also writes the packages that hold the prebuilt addons.

import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const dist = join(here, 'dist')
const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))

/** Parts of the names of platform packages, by the target of Rust. */
export function platformOf(target) {
  const cpu = target.startsWith('aarch64') ? 'arm64' : 'x64'
  if (target.includes('linux')) {
    const libc = target.endsWith('musl') ? 'musl' : 'gnu'
    return { name: `linux-${cpu}-${libc}`, os: 'linux', cpu, libc: libc === 'gnu' ? 'glibc' : 'musl' }
  }
  if (target.includes('darwin')) return { name: `darwin-${cpu}`, os: 'darwin', cpu }
  return { name: `win32-${cpu}-msvc`, os: 'win32', cpu }
}

function host() {
  return /host: (.*)/.exec(execFileSync('rustc', ['-vV'], { encoding: 'utf8' }))[1]
}

function library(target) {
  if (target.includes('windows')) return 'omnicontact_node.dll'
  return target.includes('darwin') ? 'libomnicontact_node.dylib' : 'libomnicontact_node.so'
}

function addon() {
  const target = host()
  execFileSync('cargo', ['build', '--release', '--quiet', '-p', 'omnicontact-node'], { cwd: root, stdio: 'inherit' })
  const folder = process.env.CARGO_TARGET_DIR ?? join(root, 'target')
  copyFileSync(join(folder, 'release', library(target)), join(dist, `omnicontact.${platformOf(target).name}.node`))
}

async function scripts() {
  await build({
    entryPoints: [join(here, 'lib/node.js')],
    outfile: join(dist, 'index.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['./load.cjs'],
    logLevel: 'warning',
  })
  copyFileSync(join(here, 'lib/load.cjs'), join(dist, 'load.cjs'))
  // One instance of every class, whichever way the package is loaded.
  const names = Object.keys(createRequire(import.meta.url)(join(dist, 'index.cjs'))).sort()
  const list = names.map((name) => `  ${name},`).join('\n')
  // Arrow knows errors by the class that everybody else has.
  const arrow = (errors) => readFileSync(join(here, 'api/arrow.js'), 'utf8').replace("'./errors.js'", `'./${errors}'`)
  writeFileSync(join(dist, 'arrow.js'), arrow('index.js'))
  const { code } = await transform(arrow('index.cjs'), { format: 'cjs', platform: 'node', target: 'node20' })
  writeFileSync(join(dist, 'arrow.cjs'), code)
  writeFileSync(join(dist, 'index.js'), `import api from './index.cjs'\n\nexport const {\n${list}\n} = api\n`)
}

function types() {
  copyFileSync(join(root, 'core/src/wire/types.d.ts'), join(dist, 'types.d.ts'))
  copyFileSync(join(here, 'api/index.d.ts'), join(dist, 'api.d.ts'))
  copyFileSync(join(here, 'api/arrow.d.ts'), join(dist, 'arrow.d.ts'))
  const text = readFileSync(join(here, 'lib/node.d.ts'), 'utf8')
  writeFileSync(join(dist, 'index.d.ts'), text)
  // The same declarations for `require`.
  const common = (found) => found.replaceAll(/'\.\/(api|types)\.js'/g, "'./$1.cjs'")
  writeFileSync(join(dist, 'index.d.cts'), common(text))
  for (const name of ['api', 'arrow', 'types']) {
    writeFileSync(join(dist, `${name}.d.cts`), common(readFileSync(join(dist, `${name}.d.ts`), 'utf8')))
  }
}

function licences(folder) {
  for (const file of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(root, file), join(folder, file))
}

/** One package a platform, which npm installs where it fits; and the package that asks for them. */
function platforms() {
  const folder = join(here, 'npm')
  rmSync(folder, { recursive: true, force: true })
  const { version, license, repository, engines } = manifest
  const optional = {}
  for (const target of manifest.napi.targets) {
    const { name, ...fits } = platformOf(target)
    const file = `omnicontact.${name}.node`
    const made = { name: `@omnicontact/node-${name}`, version, license, repository, engines, main: file, files: [file, 'LICENSE-*'] }
    Object.assign(made, Object.fromEntries(Object.entries(fits).map(([key, value]) => [key, [value]])))
    mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, name, 'package.json'), `${JSON.stringify(made, null, 2)}\n`)
    writeFileSync(join(folder, name, 'README.md'), `# ${made.name}\n\nThe ${target} addon of @omnicontact/node.\n`)
    licences(join(folder, name))
    if (existsSync(join(dist, file))) copyFileSync(join(dist, file), join(folder, name, file))
    optional[made.name] = version
  }
  const { devDependencies: _, scripts: __, ...published } = manifest
  mkdirSync(join(folder, 'main'), { recursive: true })
  writeFileSync(
    join(folder, 'main/package.json'),
    `${JSON.stringify({ ...published, optionalDependencies: optional }, null, 2)}\n`,
  )
  cpSync(dist, join(folder, 'main/dist'), { recursive: true, filter: (source) => !source.endsWith('.node') })
  copyFileSync(join(here, 'README.md'), join(folder, 'main/README.md'))
  licences(join(folder, 'main'))
}

mkdirSync(dist, { recursive: true })
if (!process.argv.includes('--no-addon')) addon()
await scripts()
types()
if (process.argv.includes('--platforms')) platforms()

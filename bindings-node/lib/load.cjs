'use strict'
// Finds the addon: beside this file (built from source), or in the package for this platform.

const { existsSync } = require('node:fs')
const { join } = require('node:path')

/** Platform as in the names of the packages: `linux-x64-gnu`. */
function platform() {
  const { platform: system, arch } = process
  if (system === 'linux') return `${system}-${arch}-${isMusl() ? 'musl' : 'gnu'}`
  if (system === 'win32') return `${system}-${arch}-msvc`
  return `${system}-${arch}`
}

function isMusl() {
  // Deno is built for glibc alone, and asks for a permission where the report is read.
  if (process.versions.deno !== undefined || process.report === undefined) return false
  // A Node that runs on glibc says which; the names of hosts, which take long, are not needed.
  process.report.excludeNetwork = true
  const report = process.report.getReport?.()
  return report !== undefined && report.header.glibcVersionRuntime === undefined
}

module.exports = function load() {
  const name = platform()
  const beside = join(__dirname, `omnicontact.${name}.node`)
  if (existsSync(beside)) return require(beside)
  try {
    return require(`@omnicontact/node-${name}`)
  } catch (cause) {
    const words =
      `@omnicontact/node has no addon for ${name}; if optional dependencies were left out, install ` +
      `@omnicontact/node-${name}, and where there is none, use @omnicontact/web`
    throw new Error(words, { cause })
  }
}

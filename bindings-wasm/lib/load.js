// The WebAssembly module: with SIMD where the engine has it, without where it has not.

import { readable, refused } from '../api/errors.js'
import { isReady, use } from '../api/native.js'
import instantiate, * as glue from './glue.js'

// A module of one function that uses a vector: only engines with SIMD find it valid.
const VECTOR = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]

/** Whether the engine has WebAssembly SIMD. */
export function hasSimd() {
  return typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.from(VECTOR))
}

let started = null

/** Loads the module, once: a second call waits for the first. */
export function load(source) {
  if (isReady()) return Promise.resolve()
  started ??= start(source).catch((fault) => {
    started = null
    throw fault
  })
  return started
}

async function start(source) {
  try {
    await instantiate({ module_or_path: await found(source) })
  } catch (fault) {
    throw unloadable(fault)
  }
  use(glue)
}

/** Loads the module from bytes or a compiled module, at once. */
export function initSync(source) {
  if (isReady()) return
  try {
    glue.initSync({ module: source })
  } catch (fault) {
    throw unloadable(fault)
  }
  use(glue)
}

function unloadable(fault) {
  const hint =
    'give `init` the address, a response or the bytes of `omnicontact_simd.wasm`, or of `omnicontact.wasm` where there is no SIMD'
  const read = readable(fault)
  return refused('conflict', 'not_ready', 'the WebAssembly module cannot be loaded', '', hint, read)
}

/** What the engine can instantiate. */
async function found(source) {
  const given = await source
  if (typeof given === 'string' || given instanceof URL) {
    const address = new URL(given, globalThis.location?.href)
    // Servers and tests read their own files; `fetch` there does not.
    const files = address.protocol === 'file:' ? globalThis.process?.getBuiltinModule?.('node:fs/promises') : undefined
    return files === undefined ? response(await fetch(address)) : files.readFile(address)
  }
  return given instanceof Response ? response(given) : given
}

function response(answer) {
  if (answer.ok) return answer
  throw new Error(`the server answered ${answer.status}`)
}

// What `@omnicontact/web` exports to edge runtimes, which compile modules when a worker is deployed, and never later.

import module from './omnicontact_simd.wasm'
import { load } from './load.js'

export * from './web.js'

/** Loads the module that was bundled, or one from an address, a response, bytes or a compiled module. */
export function init(source) {
  return load(source ?? module)
}

export default init

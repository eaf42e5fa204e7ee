// What `@omnicontact/web` exports.

import { moduleAddress } from './address.js'
import { load } from './load.js'

export * from '../api/index.js'
export { createWorkerClient } from './client.js'
export { hasSimd, initSync } from './load.js'

/** Loads the module: by itself, or from an address, a response, bytes or a compiled module. */
export function init(source) {
  return load(source ?? moduleAddress())
}

export default init

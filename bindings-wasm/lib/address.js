// Where the module lies, in a form that bundlers understand.

import { hasSimd } from './load.js'

/** Where the module lies that fits this engine. */
export function moduleAddress() {
  return hasSimd() ? new URL('./omnicontact_simd.wasm', import.meta.url) : new URL('./omnicontact.wasm', import.meta.url)
}

// The WebAssembly module, as edge runtimes import it: compiled. Bundlers give its address for `….wasm?url`.

import type { CompiledModule } from './web.js'

declare const compiled: CompiledModule
export default compiled

// What `@omnicontact/node` exports.

import { use } from '../api/native.js'
import load from './load.cjs'

use(load())

export * from '../api/index.js'
export * from './later.js'

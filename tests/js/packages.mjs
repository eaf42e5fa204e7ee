// Both packages, as their users import them.

import * as node from '@omnicontact/node'
import * as web from '@omnicontact/web'

await web.init()

export const packages = [
  { name: 'node', api: node },
  { name: 'web', api: web },
]

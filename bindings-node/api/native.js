// The native part, once it is there: an addon in Node, a WebAssembly module elsewhere.

import { refused } from './errors.js'

let binding = null

export function use(found) {
  binding = found
}

export function isReady() {
  return binding !== null
}

export function native() {
  if (binding === null) {
    throw refused('conflict', 'not_ready', 'the module is not loaded yet', '', 'wait for `await init()`')
  }
  return binding
}

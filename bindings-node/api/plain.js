// Values of JavaScript as JSON and back: dates are epoch milliseconds, integers keep all their digits.

import { refused } from './errors.js'

/** Keys under which rows stand: what is wrong below them is wrong data, not a wrong option. */
const TABLES = new Set(['message', 'messages', 'event', 'events', 'history', 'contacts', 'channels', 'users', 'teams', 'broadcasts', 'merges'])
const DEEPEST = 64

// Integers beyond 2^53 travel as marked texts through `JSON.stringify` and `JSON.parse`, which know only floats.
const mark = `big:${Math.random().toString(36).slice(2)}:`
const marked = new RegExp(`"${mark}(-?\\d+)"`, 'g')
const longNumber = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g
const mayBeLong = /(?<![\d.])\d{16,}(?![\d.eE])/

function place(path, key) {
  if (typeof key === 'number') return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}

function unusable(path, message, hint) {
  const first = /^[^.[]*/.exec(path)[0]
  if (TABLES.has(first)) return refused('invalid_data', 'invalid_value', message, path, hint)
  return refused('invalid_argument', 'malformed_value', message, path, hint)
}

function bigint(value, path) {
  if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) return Number(value)
  if (value >= -(2n ** 63n) && value < 2n ** 64n) return mark + value
  throw unusable(path, 'the integer needs more than 64 bits', 'integers go from -2^63 to 2^64 - 1; longer ids are texts')
}

/** The value with nothing in it that `JSON.stringify` would change without a word; itself where nothing is to do. */
function plain(value, path, depth, state) {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
      return value
    case 'bigint': {
      const read = bigint(value, path)
      if (typeof read === 'string') state.big = true
      return read
    }
    case 'object':
      break
    default:
      throw unusable(path, `a ${typeof value} cannot be used`, 'use numbers, texts, dates, lists and objects')
  }
  if (value === null) return value
  if (depth > DEEPEST) throw unusable(path, 'the value is nested too deeply, or holds itself', null)
  if (Array.isArray(value)) return list(value, path, depth, state)
  if (value instanceof Date) {
    const at = value.getTime()
    if (Number.isNaN(at)) throw unusable(path, 'the date is no date', 'missing dates are null')
    return at
  }
  if (ArrayBuffer.isView(value)) {
    if (value instanceof DataView) throw unusable(path, 'a DataView cannot be used', 'use a typed array')
    return list(Array.from(value), path, depth, state)
  }
  // Instants of Temporal.
  if (typeof value.epochMilliseconds === 'number') return value.epochMilliseconds
  if (typeof value.toJSON === 'function') return plain(value.toJSON(), path, depth + 1, state)
  if (value instanceof Set) return list([...value], path, depth, state)
  if (value instanceof Map) {
    throw unusable(path, 'a Map cannot be used', 'use an object: `Object.fromEntries(map)`')
  }
  let copy = value
  for (const key of Object.keys(value)) {
    const old = value[key]
    const type = typeof old
    if (type === 'string' || type === 'number' || type === 'boolean' || old === null || type === 'undefined') continue
    const made = plain(old, place(path, key), depth + 1, state)
    if (made === old) continue
    if (copy === value) copy = { ...value }
    Object.defineProperty(copy, key, { value: made, enumerable: true, configurable: true, writable: true })
  }
  return copy
}

function list(values, path, depth, state) {
  let copy = values
  for (let row = 0; row < values.length; row++) {
    const old = values[row]
    const type = typeof old
    if (type === 'string' || type === 'number' || type === 'boolean' || old === null) continue
    const made = plain(old, place(path, row), depth + 1, state)
    if (made === old) continue
    if (copy === values) copy = values.slice()
    copy[row] = made
  }
  return copy
}

/** The value as JSON; `path` is where it stands in the input. */
export function toText(value, path = '') {
  const state = { big: false }
  const made = plain(value, path, 0, state)
  const text = JSON.stringify(made) ?? 'null'
  return state.big ? text.replace(marked, '$1') : text
}

/** What JSON says; integers beyond 2^53 are bigints. */
export function fromText(text) {
  let found = false
  const exact = mayBeLong.test(text)
    ? text.replace(longNumber, (part) => {
        if (part[0] === '"' || Number.isSafeInteger(Number(part))) return part
        found = true
        return `"${mark}${part}"`
      })
    : text
  if (!found) return JSON.parse(exact)
  return JSON.parse(exact, (_, value) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  )
}

// Values of JavaScript as JSON and back: dates are epoch milliseconds, integers keep all their digits.
//
// Values are told by what they are inside, never by `instanceof`: a `Date` or a `Map` of a frame, of `node:vm` or of jsdom
// has other constructors and the same insides. What JSON would write as `{}`, or leave out, is an error with its path.

import { OmnicontactError, refused } from './errors.js'

/** Keys under which rows stand: what is wrong below them is wrong data, not a wrong option. */
const TABLES = new Set(['message', 'messages', 'event', 'events', 'history', 'contacts', 'channels', 'users', 'teams', 'broadcasts', 'merges'])
/** As deep as lists and objects may stand in one another: what the library itself reads of JSON. */
const DEEPEST = 120

// Integers beyond 2^53 travel as marked texts through `JSON.stringify` and `JSON.parse`, which know only floats.
const mark = `big:${Math.random().toString(36).slice(2)}:`
const marked = new RegExp(`"${mark}(-?\\d+)"`, 'g')
const longNumber = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g
const mayBeLong = /(?<![\d.])\d{16,}(?![\d.eE])/

function place(path, key) {
  if (typeof key === 'number') return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}

function inTable(path) {
  return TABLES.has(/^[^.[]*/.exec(path)[0])
}

function unusable(path, message, hint) {
  if (inTable(path)) return refused('invalid_data', 'invalid_value', message, path, hint)
  return refused('invalid_argument', 'malformed_value', message, path, hint)
}

/** Names of what is often on the way to a value, and what to do with it. */
const ADVICE = {
  promise: 'wait for it: `await` stands before it',
  URLSearchParams: 'use an object: `Object.fromEntries(…)`',
  FormData: 'use an object: `Object.fromEntries(…)`',
  Headers: 'use an object: `Object.fromEntries(…)`',
  ArrayBuffer: 'use a typed array',
}

/** A name to show: never a name that the value of a caller chose. */
const SHOWN = new Set([
  'ArrayBuffer', 'Blob', 'DataView', 'Error', 'File', 'FormData', 'Generator', 'Headers', 'Iterator', 'Map', 'Promise',
  'ReadableStream', 'RegExp', 'Request', 'Response', 'Set', 'SharedArrayBuffer', 'URL', 'URLSearchParams', 'WeakMap', 'WeakRef',
  'WeakSet',
])

/** What a value is, in a word for people. */
export function kindOf(value) {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  if (isThenable(value)) return 'promise'
  const name = Object.prototype.toString.call(value).slice(8, -1)
  if (SHOWN.has(name)) return name
  return SHOWN.has(value.constructor?.name) ? value.constructor.name : 'object of a class'
}

/** The error of a value of a kind that nobody reads here. */
export function wrongType(value, path, hint) {
  const kind = kindOf(value)
  const advice = hint ?? (Object.hasOwn(ADVICE, kind) ? ADVICE[kind] : 'use numbers, texts, dates, lists and plain objects')
  const article = /^[aeiou]/i.test(kind) ? 'an' : 'a'
  return refused('invalid_argument', 'invalid_type', `${article} ${kind} cannot be used`, path, advice)
}

function isThenable(value) {
  return typeof value.then === 'function'
}

const probe = (prototype, key) => Object.getOwnPropertyDescriptor(prototype, key).get
const mapSize = probe(Map.prototype, 'size')
const setSize = probe(Set.prototype, 'size')
const typedTag = probe(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)

/** Whether a method that needs the insides of a class finds them. */
function has(method, value) {
  try {
    method.call(value)
    return true
  } catch {
    return false
  }
}

export const isDate = (value) => has(Date.prototype.getTime, value)
export const isMap = (value) => has(mapSize, value)
export const isSet = (value) => has(setSize, value)
const bufferSize = probe(ArrayBuffer.prototype, 'byteLength')
export const isBuffer = (value) => typeof value === 'object' && value !== null && has(bufferSize, value)

/** The class of a typed array of any realm; undefined for everything else. */
export function typedName(value) {
  return ArrayBuffer.isView(value) ? typedTag.call(value) : undefined
}

/** Kinds whose own fields are not what they hold. */
const BRANDS = [ArrayBuffer.isView, isDate, isSet]

/** Primitives that are wrapped in an object. */
const BOXES = [Number.prototype.valueOf, String.prototype.valueOf, Boolean.prototype.valueOf, BigInt.prototype.valueOf]

/** Whether it is an object as braces or JSON make it, in any realm. */
export function isPlain(value) {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf') && !Array.isArray(value)
}

function bigint(value, path) {
  if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) return Number(value)
  if (value >= -(2n ** 63n) && value < 2n ** 64n) return mark + value
  throw unusable(path, 'the integer needs more than 64 bits', 'integers go from -2^63 to 2^64 - 1; longer ids are texts')
}

function number(value, path) {
  if (value - value === 0) return value
  // In a row NaN is a missing value, as it is in a typed array.
  if (Number.isNaN(value) && inTable(path)) return null
  throw unusable(path, `${value} is no number that can be used`, Number.isNaN(value) ? 'missing values are null' : null)
}

/** The value with nothing in it that `JSON.stringify` would change without a word; itself where nothing is to do. */
function plain(value, path, depth, state) {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value
    case 'number':
      return number(value, path)
    case 'bigint': {
      const read = state.keep ? (bigint(value, path), value) : bigint(value, path)
      if (typeof read === 'string') state.big = true
      return read
    }
    case 'object':
      break
    default:
      throw wrongType(value, path)
  }
  if (value === null) return value
  if (depth > DEEPEST) throw unusable(shortened(path), 'the value is nested too deeply, or holds itself', `at most ${DEEPEST} deep`)
  if (Array.isArray(value)) return list(value, path, depth, state)
  const prototype = Object.getPrototypeOf(value)
  const known = prototype === Object.prototype || prototype === null
  if (!known) {
    const read = branded(value, path, depth, state)
    if (read !== value) return read
  }
  // Instants of Temporal.
  if (typeof value.epochMilliseconds === 'number') return value.epochMilliseconds
  if (typeof value.toJSON === 'function') return plain(value.toJSON(), path, depth + 1, state)
  if (!known && !isPlain(value)) return instance(value, path, depth, state)
  return fields(value, path, depth, state)
}

/** The path of a value that holds itself would be read by nobody: its beginning, up to a whole step. */
function shortened(path) {
  return path.length > 100 ? path.slice(0, 100).replace(/[.[][^.[]*$/, '') : path
}

/** What a value of a class of the language holds; itself where it is of none. */
function branded(value, path, depth, state) {
  if (ArrayBuffer.isView(value)) {
    if (typedName(value) === undefined) throw wrongType(value, path, 'use a typed array')
    return list(Array.from(value), path, depth, state)
  }
  if (isDate(value)) {
    const at = Date.prototype.getTime.call(value)
    if (Number.isNaN(at)) throw unusable(path, 'the date is no date', 'missing dates are null')
    return at
  }
  if (isSet(value)) return list(Array.from(Set.prototype.values.call(value)), path, depth, state)
  if (isMap(value)) return fields(ofPairs(value, path), path, depth, state)
  for (const unbox of BOXES) if (has(unbox, value)) return plain(unbox.call(value), path, depth + 1, state)
  return value
}

/** A Map as the object that it stands for. */
function ofPairs(map, path) {
  const found = {}
  for (const [key, inner] of Map.prototype.entries.call(map)) {
    if (typeof key !== 'string') throw wrongType(map, path, 'the keys of a Map are texts')
    put(found, key, inner)
  }
  return found
}

/** An object of somebody's class: its own fields, if it has some and is nothing that holds its content elsewhere. */
function instance(value, path, depth, state) {
  if (isElsewhere(value)) throw wrongType(value, path)
  // Fields are read once: what a getter gives a second time is nobody's business.
  const copy = {}
  for (const key of Object.keys(value)) put(copy, key, read(value, key, path))
  return fields(copy, path, depth, state)
}

/** Whether what the object holds is not, or not only, in fields of its own. */
function isElsewhere(value) {
  return (
    Object.keys(value).length === 0 ||
    isThenable(value) ||
    isBuffer(value) ||
    typeof value[Symbol.iterator] === 'function' ||
    typeof value[Symbol.asyncIterator] === 'function' ||
    typeof value.getReader === 'function' ||
    isError(value)
  )
}

/** Sets a field, also one named `__proto__`. */
function put(object, key, value) {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}

function isError(value) {
  return Object.prototype.toString.call(value) === '[object Error]' || value instanceof Error
}

/** A field, whose getter may have an error of its own. */
function read(value, key, path) {
  try {
    return value[key]
  } catch (fault) {
    throw unreadable(fault, place(path, key))
  }
}

export function unreadable(fault, path) {
  if (fault instanceof OmnicontactError) return fault
  return refused('invalid_argument', 'invalid_type', 'the value cannot be read', path, null, fault)
}

function fields(value, path, depth, state) {
  let copy = value
  for (const key of Object.keys(value)) {
    const old = value[key]
    const type = typeof old
    if (type === 'string' || (type === 'number' && old - old === 0) || type === 'boolean' || old === null || type === 'undefined') continue
    const made = plain(old, place(path, key), depth + 1, state)
    if (made === old) continue
    if (copy === value) copy = { ...value }
    put(copy, key, made)
  }
  return copy
}

function list(values, path, depth, state) {
  let copy = values
  for (let row = 0; row < values.length; row++) {
    const old = values[row]
    const type = typeof old
    if (type === 'string' || (type === 'number' && old - old === 0) || type === 'boolean' || old === null) continue
    // In a list JSON has null for it; in rows and columns that is a missing value, in a list of an option another one.
    if (type === 'undefined' && !inTable(path)) throw wrongType(old, place(path, row), 'a list has no holes')
    const made = plain(old, place(path, row), depth + 1, state)
    if (made === old) continue
    if (copy === values) copy = Array.from(values)
    copy[row] = made
  }
  return copy
}

/** The value with nothing in it that JSON would change; what a getter throws is looked for once more, to say where it stands. */
function checked(value, path, state) {
  try {
    return plain(value, path, 0, state)
  } catch (fault) {
    if (fault instanceof OmnicontactError) throw fault
    throw unreadable(fault, culprit(value, path, 0) ?? path)
  }
}

/** Where a getter throws; looked for only after one did, as looking takes time in every row. */
function culprit(value, path, depth) {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return null
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    const at = place(path, key)
    try {
      const found = culprit(value[key], at, depth + 1)
      if (found !== null) return found
    } catch {
      return at
    }
  }
  return null
}

/** Halves of a character alone, as `JSON.stringify` writes them; pairs it writes as they are. */
const lone = /\\u(?:d[89ab])[0-9a-f]{2}|\\u(?:d[c-f])[0-9a-f]{2}|\\./g

/** The value as JSON; `path` is where it stands in the input. Halves of a character become U+FFFD. */
export function toText(value, path = '') {
  const state = { big: false, keep: false }
  let text
  try {
    const made = checked(value, path, state)
    text = JSON.stringify(made) ?? 'null'
  } catch (fault) {
    throw unreadable(fault, path)
  }
  if (text.includes('\\ud')) text = text.replace(lone, (part) => (part.length === 6 ? '\ufffd' : part))
  return state.big ? text.replace(marked, '$1') : text
}

/** The value in a form that a worker can be sent, checked as `toText` checks it. */
export function sendable(value, path = '') {
  try {
    return checked(value, path, { big: false, keep: true })
  } catch (fault) {
    throw unreadable(fault, path)
  }
}

/** A copy of options, as shallow as a spread, which makes nothing of a promise or a Map without a word. */
export function optionsOf(value, path = '') {
  if (value === undefined || value === null) return {}
  try {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(value, path, 'options are an object')
    if (isMap(value)) return ofPairs(value, path)
    if (!isPlain(value)) {
      if (BRANDS.some((is) => is(value)) || isElsewhere(value)) throw wrongType(value, path, isThenable(value) ? undefined : 'options are an object')
    } else if (isThenable(value)) {
      throw wrongType(value, path)
    }
    const found = {}
    for (const key of Object.keys(value)) put(found, key, read(value, key, path))
    return found
  } catch (fault) {
    throw unreadable(fault, path)
  }
}

/** Options of this package alone: those that are known, and no others. */
export function known(options, names, path = '') {
  const found = optionsOf(options, path)
  for (const key of Object.keys(found)) {
    if (names.includes(key)) continue
    const hint = `it takes: ${names.map((name) => `\`${name}\``).join(', ')}`
    throw refused('invalid_argument', 'unknown_key', 'nobody knows this option', place(path, key), hint)
  }
  return found
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

// Tables on their way in: rows, columns, files; each is copied once, into the dataset.

import { readable, refused } from './errors.js'
import { isBuffer, isPlain, kindOf, optionsOf, toText, typedName, unreadable, wrongType } from './plain.js'

export const TABLES = ['messages', 'events', 'contacts', 'channels', 'users', 'teams', 'broadcasts']
const SETTINGS = ['merges', 'options']

const NUMBERS = new Map([
  ['Int8Array', 'i8'],
  ['Uint8Array', 'u8'],
  ['Uint8ClampedArray', 'u8'],
  ['Int16Array', 'i16'],
  ['Uint16Array', 'u16'],
  ['Int32Array', 'i32'],
  ['Uint32Array', 'u32'],
  ['BigInt64Array', 'i64'],
  ['BigUint64Array', 'u64'],
  ['Float32Array', 'f32'],
  ['Float64Array', 'f64'],
])

/** Fills an input of the native part with tables; with `later`, files are read when the dataset is built. */
export function fill(input, tables, later) {
  const { workspace } = tables
  if (workspace !== undefined && workspace !== null) {
    if (typeof workspace.handle !== 'function') throw noTable('workspace', workspace)
    input.addWorkspace(workspace.handle(), '{}')
  }
  for (const name of TABLES) {
    const source = tables[name]
    if (source === undefined || source === null) continue
    try {
      add(input, name, source, later)
    } catch (fault) {
      throw unreadable(readable(fault), name)
    }
  }
}

/** Merges and options, as the native part reads them; whatever is no table is refused by it. */
export function settings(tables) {
  const found = {}
  for (const [key, value] of Object.entries(tables)) {
    if (!TABLES.includes(key) && key !== 'workspace') found[key] = value
  }
  for (const key of SETTINGS) if (found[key] === null) delete found[key]
  return toText(found)
}

function add(input, name, source, later) {
  if (Array.isArray(source)) {
    input.addRows(name, toText(source, name))
  } else if (isBytes(source) || typeof source === 'string') {
    addFile(input, name, source, {}, later)
  } else if (isPlain(source) && 'file' in source) {
    onlyKeys(source, ['file', 'options'], name)
    if (!isBytes(source.file) && typeof source.file !== 'string') throw noTable(name, source.file)
    addFile(input, name, source.file, optionsOf(source.options, `${name}.options`), later)
  } else if (isPlain(source) && isPlain(source.columns) && !isColumn(source.columns)) {
    onlyKeys(source, ['columns', 'options'], name)
    addColumns(input, name, source.columns, optionsOf(source.options, `${name}.options`))
  } else if (isPlain(source)) {
    addColumns(input, name, source, {})
  } else {
    throw noTable(name, source)
  }
}

/** What to do with things that are on the way to a table. */
const ADVICE = {
  promise: 'wait for it: `await` stands before it',
  URL: 'a table is the content: pass `await fetch(…)` to `Dataset.load`',
}

function noTable(name, source) {
  const what = kindOf(source)
  const usual = 'pass a list of objects, an object of columns, or bytes of CSV, NDJSON or JSON; streams go to `Dataset.load`'
  const hint = Object.hasOwn(ADVICE, what) ? ADVICE[what] : usual
  return refused('invalid_argument', 'malformed_value', `\`${what}\` is no table`, name, hint)
}

/** Whether a table comes as bytes or text. */
export function isFile(source) {
  return isBytes(source) || typeof source === 'string' || (source?.file !== undefined && source?.file !== null)
}

function isBytes(source) {
  return isBuffer(source) || typedName(source) === 'Uint8Array'
}

/** Whether it has the form of one column: a table may have a column that is named `columns`. */
function isColumn(found) {
  return ('codes' in found && 'values' in found) || ('bytes' in found && 'ends' in found)
}

/** Refuses what stands beside the keys that are read. */
function onlyKeys(found, keys, path) {
  for (const key of Object.keys(found)) {
    if (keys.includes(key)) continue
    const hint = `it takes: ${keys.map((name) => `\`${name}\``).join(', ')}`
    throw refused('invalid_argument', 'unknown_key', 'nobody knows this option', `${path}.${key}`, hint)
  }
}

/** One line that ends as names of files do: the name of a file, not what is in it. */
const FILE_NAME = /^[^\n\r[{]*\.(csv|tsv|txt|json|jsonl|ndjson)$/i

function bytesOf(source, path) {
  if (typeof source === 'string' && FILE_NAME.test(source)) {
    const hint = 'read it: `await readFile(…)`, or pass a stream of it, or `await fetch(…)`, to `Dataset.load`'
    throw refused('invalid_argument', 'malformed_value', 'the text is the name of a file, not its content', path, hint)
  }
  if (typeof source === 'string') return new TextEncoder().encode(source)
  return isBuffer(source) ? view(new Uint8Array(attached(source, path)), path) : view(source, path)
}

/** The bytes of a typed array. */
function view(array, path) {
  attached(array.buffer, path)
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** The buffer, unless it was transferred away. */
function attached(buffer, path) {
  try {
    new Uint8Array(buffer)
    return buffer
  } catch (cause) {
    const hint = 'it was transferred to a worker or a stream; pass a copy'
    throw refused('invalid_data', 'invalid_value', 'the memory of the array is detached', path, hint, cause)
  }
}

const OPENING_BRACKET = 0x5b
const BLANK = new Set([0x20, 0x09, 0x0a, 0x0d])

function addFile(input, name, source, options, later) {
  const bytes = bytesOf(source, name)
  let first = 0
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) first = 3
  while (BLANK.has(bytes[first])) first++
  // A list of objects needs no mapping, and is the quickest way in for rows.
  if (bytes[first] === OPENING_BRACKET && Object.keys(options).length === 0) {
    input[later ? 'addJsonLater' : 'addJson'](name, bytes.subarray(first))
  } else {
    input[later ? 'addFileLater' : 'addFile'](name, bytes, toText(options))
  }
}

function addColumns(input, name, columns, options) {
  for (const [column, values] of Object.entries(columns)) {
    if (values === undefined || values === null) continue
    const path = `${name}.${column}`
    if (Array.isArray(values)) {
      input.addList(column, toText(Array.from(values), path))
    } else if (ArrayBuffer.isView(values)) {
      input.addNumbers(column, numbers(values, path), view(values, path))
    } else if (isPlain(values) && 'codes' in values && 'values' in values) {
      onlyKeys(values, ['codes', 'values'], path)
      addCodes(input, column, values, path)
    } else if (isPlain(values) && 'bytes' in values && 'ends' in values) {
      onlyKeys(values, ['bytes', 'ends'], path)
      addTexts(input, column, values, path)
    } else if (typeof values === 'object' && !isPlain(values)) {
      throw wrongType(values, path, 'a column is a list, a typed array, `{codes, values}` or `{bytes, ends}`')
    } else {
      const hint = 'a column is a list, a typed array, `{codes, values}` or `{bytes, ends}`'
      throw refused('invalid_data', 'invalid_value', 'the column has a form that nobody knows', path, hint)
    }
  }
  input.addTable(name, toText(options))
}

function numbers(array, path) {
  const of = NUMBERS.get(typedName(array))
  if (of !== undefined) return of
  const hint = `typed arrays: ${[...NUMBERS.keys()].join(', ')}`
  throw refused('invalid_data', 'invalid_value', `\`${typedName(array) ?? kindOf(array)}\` cannot be a column`, path, hint)
}

function addCodes(input, column, { codes, values }, path) {
  const typed = Array.isArray(codes) ? codesOf(codes, path) : codes
  if (!ArrayBuffer.isView(typed) || !Array.isArray(values)) {
    const hint = 'codes are a typed array of integers, each the place of its value in the list `values`'
    throw refused('invalid_data', 'invalid_value', 'codes without a list of values', path, hint)
  }
  const of = numbers(typed, path)
  if (of.startsWith('f') || of.endsWith('64')) {
    throw refused('invalid_data', 'invalid_value', 'codes are integers of up to 32 bits', path, 'use an Int32Array')
  }
  input.addCodes(column, of, view(typed, path), toText(values, `${path}.values`))
}

/** A list of codes: null and holes are missing. */
function codesOf(codes, path) {
  return Int32Array.from(codes, (code, row) => {
    if (code === null || code === undefined) return -1
    if (Number.isInteger(code) && code >= -1 && code < 2 ** 31) return code
    throw refused('invalid_data', 'invalid_value', 'codes are integers of up to 32 bits', `${path}[${row}]`, null)
  })
}

function addTexts(input, column, { bytes, ends }, path) {
  if (typedName(bytes) !== 'Uint8Array' || typedName(ends) !== 'Uint32Array') {
    const hint = '`bytes` is a Uint8Array of UTF-8, `ends` a Uint32Array of the byte at which each text ends'
    throw refused('invalid_data', 'invalid_value', 'packed texts of another form', path, hint)
  }
  input.addTexts(column, view(bytes, path), view(ends, path))
}

// Arrow tables on their way in: columns are taken as they lie in memory, or copied once.

import { OmnicontactError } from './errors.js'

/** Ids of types in the Arrow format. */
const NULL = 1
const INT = 2
const FLOAT = 3
const UTF8 = 5
const BOOL = 6
const DATE = 8
const TIMESTAMP = 10
const LARGE_UTF8 = 20
const DICTIONARY = -1

const DAY = 86_400_000

function refused(message, path, hint) {
  return new OmnicontactError({ kind: 'invalid_data', code: 'invalid_value', message, path, hint })
}

/** A table, or a record batch, as columns of this library: a source of any table of a dataset. */
export function fromArrow(table, { naive_times = null, ...options } = {}) {
  if (typeof table?.schema?.fields?.map !== 'function' || typeof table.getChildAt !== 'function') {
    throw new OmnicontactError({ kind: 'invalid_argument', code: 'malformed_value', message: 'this is no Arrow table', path: '', hint: 'pass a `Table` or a `RecordBatch` of apache-arrow; bytes go to `fromIpc`' })
  }
  const columns = {}
  for (const [place, { name }] of table.schema.fields.entries()) {
    if (Object.hasOwn(columns, name)) throw new OmnicontactError({ kind: 'invalid_data', code: 'duplicate_column', message: `the column \`${name}\` is there twice`, path: name, hint: null })
    const vector = table.getChildAt(place)
    if (vector !== null) columns[name] = column(vector, name, naive_times)
  }
  return { columns, options }
}

/** The same for a stream or a file of Arrow IPC, as bytes. */
export async function fromIpc(bytes, options) {
  const { tableFromIPC } = await import('apache-arrow')
  let table
  try {
    table = tableFromIPC(await bytes)
  } catch (cause) {
    throw new OmnicontactError({ kind: 'invalid_data', code: 'invalid_value', message: 'the bytes are no Arrow IPC', path: '', hint: null }, cause)
  }
  return fromArrow(table, options)
}

function column(vector, name, naive) {
  const { type } = vector
  switch (type.typeId) {
    case NULL:
      return undefined
    case INT:
      return integers(vector, type.bitWidth)
    case FLOAT:
      if (type.precision === 0) break
      return numbers(vector, Number)
    case UTF8:
    case LARGE_UTF8:
      return texts(vector)
    case BOOL:
      return Array.from(vector)
    case DATE:
      return numbers(vector, type.unit === 0 ? (days) => Number(days) * DAY : Number, stored)
    case TIMESTAMP:
      if ((type.timezone ?? '') === '' && naive !== 'utc') {
        throw refused('the times do not say their offset from UTC', name, "give the column a time zone, or pass `{ naive_times: 'utc' }`")
      }
      return numbers(vector, [(value) => Number(value) * 1000, Number, floored(1000n), floored(1_000_000n)][type.unit], stored)
    case DICTIONARY:
      return coded(vector, name)
    default:
  }
  throw refused(`a column of \`${type}\` cannot be read`, name, 'integers, floats, texts, booleans, dates, timestamps, and dictionaries of integers or texts')
}

/** Whole milliseconds, before 1970 too. */
function floored(parts) {
  return (value) => {
    const whole = value / parts
    return Number(value % parts < 0n ? whole - 1n : whole)
  }
}

/** What lies in memory, and not what the reader of apache-arrow makes of it. */
function stored(data) {
  return data.values
}

function integers(vector, width) {
  if (vector.nullCount === 0) return vector.toArray()
  // Integers of 64 bits have no value to spare for a missing one.
  return width === 64 ? Array.from(vector) : numbers(vector, Number)
}

/** Numbers that JavaScript has, NaN where missing. */
function numbers(vector, read, values = stored) {
  const found = new Float64Array(vector.length)
  let row = 0
  for (const data of vector.data) {
    const list = values(data)
    for (let place = 0; place < data.length; place++) found[row++] = data.getValid(place) ? read(list[place]) : NaN
  }
  return found
}

/** Texts behind one another; a missing one is empty. */
function texts(vector) {
  const lengths = vector.data.map((data) => Number(data.valueOffsets[data.length]) - Number(data.valueOffsets[0]))
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0))
  const ends = new Uint32Array(vector.length)
  let [end, row] = [0, 0]
  for (const data of vector.data) {
    const { valueOffsets: offsets, values } = data
    for (let place = 0; place < data.length; place++) {
      if (data.getValid(place)) {
        const [from, to] = [Number(offsets[place]), Number(offsets[place + 1])]
        bytes.set(values.subarray(from, to), end)
        end += to - from
      }
      ends[row++] = end
    }
  }
  return { bytes: bytes.subarray(0, end), ends }
}

/** Codes and their values; dictionaries of several batches become one. */
function coded(vector, name) {
  const values = []
  const known = new Map()
  const codes = new Int32Array(vector.length)
  let row = 0
  let [last, remap] = [null, []]
  for (const data of vector.data) {
    if (data.dictionary !== last) {
      last = data.dictionary
      const { typeId } = last.type
      if (typeId !== UTF8 && typeId !== LARGE_UTF8 && typeId !== INT) {
        throw refused(`a dictionary of \`${last.type}\` cannot be read`, name, 'dictionaries hold integers or texts')
      }
      remap = Array.from(last, (value) => {
        if (value === null) return -1
        if (!known.has(value)) known.set(value, values.push(value) - 1)
        return known.get(value)
      })
    }
    for (let place = 0; place < data.length; place++) {
      codes[row++] = data.getValid(place) ? (remap[Number(data.values[place])] ?? -1) : -1
    }
  }
  return { codes, values }
}

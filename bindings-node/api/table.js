// Tables: few large pieces, and values out of them only where somebody looks.

import { INSPECT, inspected } from './inspect.js'
import { fromText, known, toText } from './plain.js'

const MISSING = 0x8000_0000
const NO_ENTRY = 0xffff_ffff

/** A column of a table. */
export class TableColumn {
  #pieces
  #values = null
  #entries = null

  constructor(pieces) {
    this.#pieces = pieces
    this.name = pieces.name
    this.title = pieces.title
    this.kind = pieces.kind
    this.length = lengthOf(pieces)
  }

  /** Numbers as they are (`time`, `int`, `float`); NaN where missing. */
  get numbers() {
    return this.#pieces.numbers
  }

  /** Places in `entries` (`category`); 2^32 - 1 where missing. */
  get codes() {
    return this.#pieces.codes
  }

  /** The few values that many rows share (`category`), each with its key and its name or word. */
  get entries() {
    this.#entries ??= this.kind === 'category' ? fromText(this.#pieces.text) : []
    return this.#entries
  }

  /** All values, null where missing; keys for those that rows share. */
  get values() {
    this.#values ??= this.#read()
    return this.#values
  }

  /** All values, with names and words instead of keys. */
  get labels() {
    if (this.kind !== 'category') return this.values
    const shown = this.entries.map((entry) => entry.label ?? String(entry.key))
    return Array.from(this.codes, (code) => (code === NO_ENTRY ? null : shown[code]))
  }

  /** All values as dates (`time`), null where missing. */
  get dates() {
    return Array.from(this.numbers, (at) => (Number.isNaN(at) ? null : new Date(at)))
  }

  /** The pieces as they crossed the border. */
  get pieces() {
    return this.#pieces
  }

  [INSPECT](_, options, inspect) {
    return inspected('TableColumn', { name: this.name, kind: this.kind, length: this.length }, options, inspect)
  }

  toJSON() {
    return { name: this.name, title: this.title, kind: this.kind, values: this.values }
  }

  #read() {
    const { kind, numbers, codes, ends } = this.#pieces
    switch (kind) {
      case 'text': {
        const text = textOf(this.#pieces)
        const values = new Array(ends.length)
        let start = 0
        for (let row = 0; row < ends.length; row++) {
          const end = ends[row]
          if (end >= MISSING) {
            values[row] = null
            continue
          }
          values[row] = text.slice(start, end)
          start = end
        }
        return values
      }
      case 'category': {
        const keys = this.entries.map((entry) => entry.key)
        return Array.from(codes, (code) => (code === NO_ENTRY ? null : keys[code]))
      }
      case 'bool':
        return Array.from(codes, (code) => (code === NO_ENTRY ? null : code === 1))
      case 'json':
        return fromText(this.#pieces.text)
      default:
        return Array.from(numbers, (number) => (Number.isNaN(number) ? null : number))
    }
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** All texts of a column behind one another; some hosts hand them over as UTF-8, to be read when they are asked for. */
function textOf({ text }) {
  return typeof text === 'string' ? text : utf8.decode(text)
}

function lengthOf({ kind, numbers, codes, text, ends }) {
  if (kind === 'text') return ends.length
  if (kind === 'category' || kind === 'bool') return codes.length
  return kind === 'json' ? fromText(text).length : numbers.length
}

/** Named columns of equal length. */
export class Table {
  #columns

  constructor(columns) {
    this.#columns = columns
  }

  /** Names of the columns: the same in every language. */
  get columns() {
    return this.#columns.map((column) => column.name)
  }

  /** Titles of the columns, in the report's language. */
  get titles() {
    return this.#columns.map((column) => column.title)
  }

  get length() {
    return this.#columns[0]?.length ?? 0
  }

  /** A column by its name. */
  column(name) {
    return this.#columns.find((column) => column.name === name)
  }

  /** The columns as they crossed the border. */
  get pieces() {
    return this.#columns.map((column) => column.pieces)
  }

  /** The row as an object. */
  row(place, options) {
    const { labels = false } = known(options, ['labels'])
    if (!(place >= 0 && place < this.length)) return undefined
    return Object.fromEntries(this.#columns.map((column) => [column.name, (labels ? column.labels : column.values)[place]]))
  }

  /** Rows as objects, each made when it is its turn. */
  rows(options) {
    const { labels = false } = known(options, ['labels'])
    return this.#each(labels)
  }

  *#each(labels) {
    const names = this.columns
    const values = this.#columns.map((column) => (labels ? column.labels : column.values))
    for (let place = 0; place < this.length; place++) {
      const row = {}
      for (let column = 0; column < names.length; column++) row[names[column]] = values[column][place]
      yield row
    }
  }

  [Symbol.iterator]() {
    return this.rows()
  }

  [INSPECT](_, options, inspect) {
    return inspected('Table', { length: this.length, columns: this.columns }, options, inspect)
  }

  toJSON() {
    return { columns: this.#columns.map((column) => column.toJSON()) }
  }
}

export function tableOf(pieces) {
  return new Table(pieces.map((column) => new TableColumn(column)))
}

/** Pages of one log as one table. */
export function joined(pages) {
  if (pages.length === 1) return tableOf(pages[0])
  const [first = []] = pages
  return tableOf(first.map((_, place) => behindOneAnother(pages.map((page) => page[place]))))
}

function behindOneAnother(columns) {
  const [{ name, title, kind }] = columns
  if (columns.every((column) => column.kind === kind) && (kind === 'time' || kind === 'int' || kind === 'float')) {
    return { name, title, kind, numbers: Float64Array.from(columns.flatMap((column) => [...column.numbers])) }
  }
  if (columns.every((column) => column.kind === 'text')) {
    const texts = columns.map(textOf)
    const ends = []
    let before = 0
    for (const [place, column] of columns.entries()) {
      for (const end of column.ends) ends.push(end >= MISSING ? end : end + before)
      before += texts[place].length
    }
    return { name, title, kind, text: texts.join(''), ends: Uint32Array.from(ends) }
  }
  if (columns.every((column) => column.kind === 'category')) {
    const entries = []
    const places = new Map()
    const codes = []
    for (const column of columns) {
      const own = fromText(column.text).map((entry) => {
        const text = `${typeof entry.key}:${entry.key}`
        if (!places.has(text)) places.set(text, entries.push(entry) - 1)
        return places.get(text)
      })
      for (const code of column.codes) codes.push(code === NO_ENTRY ? NO_ENTRY : own[code])
    }
    return { name, title, kind, codes: Uint32Array.from(codes), text: toText(entries) }
  }
  // Ids of several kinds.
  const values = columns.flatMap((column) => new TableColumn(column).values)
  return { name, title, kind: 'json', text: toText(values) }
}

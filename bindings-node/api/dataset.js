// Data in: tables are checked and indexed once, and read by any number of reports.

import { cancelled, freed, guarded, refused } from './errors.js'
import { listening, watched, workOf } from './later.js'
import { INSPECT, inspected } from './inspect.js'
import { native } from './native.js'
import { fromText, optionsOf, toText } from './plain.js'
import { PartialReport, Report } from './report.js'
import { collected } from './streams.js'
import { TABLES, fill, isFile, settings } from './tables.js'

const READY = Symbol('ready')

function built(tables) {
  const named = byName(tables)
  const input = begun(named)
  try {
    fill(input, named, false)
    return input.build()
  } finally {
    input.free?.()
  }
}

/** Messages and contact events, indexed. */
export class Dataset {
  #native
  #about = null

  /** Every table is a list of objects, an object of columns, or bytes of CSV, NDJSON or JSON. */
  constructor(tables = {}) {
    this.#native = tables === READY ? null : guarded(() => built(tables))
  }

  /** The dataset that the native part built already. */
  static of(found) {
    const dataset = new Dataset(READY)
    dataset.#native = found
    return dataset
  }

  /** A dataset of tables that may also be streams, files (`Blob`) and responses; built on a thread where there are some. */
  static async load(tables = {}, work = {}) {
    const options = workOf(work)
    const heard = strict(options.onProgress)
    const named = byName(tables)
    // A misspelt table is told before anything is read.
    guarded(() => begun(named)).free?.()
    const found = await collected(named, TABLES, { ...options, onProgress: heard.told })
    heard.check()
    if (options.signal?.aborted) throw cancelled(options.signal)
    if (native().Watch === undefined) return counted(new Dataset(found), found, heard)
    const input = guarded(() => {
      const begunInput = begun(found)
      fill(begunInput, found, true)
      return begunInput
    })
    const files = TABLES.filter((name) => isFile(found[name]))
    return Dataset.of(await watched((watch) => input.buildLater(watch), options, files))
  }

  handle() {
    if (this.#native === null) throw freed('dataset')
    return this.#native
  }

  #facts() {
    this.#about ??= fromText(guarded(() => this.handle().about()))
    return this.#about
  }

  /** Number of messages, after duplicates were folded. */
  get messageCount() { return this.#facts().message_count }

  /** Number of contact events, those derived from messages included. */
  get eventCount() { return this.#facts().event_count }

  /** Number of message rows that were folded into an earlier row of the same id. */
  get foldedCount() { return this.#facts().folded_count }

  /** Tables all of whose instants lie before 1990, as seconds do that are read as milliseconds. */
  get suspiciousTimes() { return this.#facts().suspicious_times }

  /** Bytes that the index adds to the columns. */
  get indexBytes() { return this.#facts().index_bytes }

  /** Times of the first and the last message. */
  get messageSpan() { return span(this.#facts().message_span) }

  /** Times of the first and the last contact event. */
  get eventSpan() { return span(this.#facts().event_span) }

  /** The Messages report. */
  messagesReport(options) { return reported('messages', this, options) }

  /** The Contacts report. */
  contactsReport(options) { return reported('contacts', this, options) }

  /** The Messages report of these rows, to be merged with those of others. */
  messagesPartial(options) { return partially('messages', this, options) }

  /** The Contacts report of these rows, to be merged with those of others. */
  contactsPartial(options) { return partially('contacts', this, options) }

  /** What a filter offers to choose from. */
  choices(options) {
    const asked = toText(optionsOf(options))
    return fromText(guarded(() => this.handle().choices(asked)))
  }

  toJSON() { return this.isFreed ? { freed: true } : this.#facts() }

  [INSPECT](_, options, inspect) { return inspected('Dataset', this.toJSON(), options, inspect) }

  /** Gives the memory back. */
  free() {
    this.#native?.free()
    this.#native = null
  }

  get isFreed() { return this.#native === null }
}
if (Symbol.dispose) Dataset.prototype[Symbol.dispose] = Dataset.prototype.free

/** The listener, whose failure is thrown to whoever tells it, also when it came later. */
function strict(onProgress) {
  let failed = null
  const check = () => {
    if (failed !== null) throw failed.fault
  }
  if (onProgress === undefined) return { told: undefined, check }
  const listen = listening(onProgress, (fault) => {
    failed ??= { fault }
  })
  const told = (progress) => {
    check()
    listen(progress)
    check()
  }
  return { told, check }
}

/** Where nothing runs beside the event loop: how much was read, once it is. */
async function counted(dataset, { messages }, { told, check }) {
  if (told === undefined || !isFile(messages)) return dataset
  try {
    const bytes = messages.file ?? messages
    told({ table: 'messages', bytes: bytes.byteLength ?? bytes.length, rows: dataset.messageCount + dataset.foldedCount })
    await null
    check()
    return dataset
  } catch (fault) {
    dataset.free()
    throw fault
  }
}

function begun(tables) {
  return new (native().Input)(settings(tables))
}

/** The tables by their names. */
function byName(tables) {
  if (typeof tables === 'object' && tables !== null && !Array.isArray(tables)) return optionsOf(tables)
  const hint = 'tables come by name: `{messages: [...]}`'
  throw refused('invalid_argument', 'malformed_value', 'the tables are no object', '', hint)
}

function span(found) {
  return found === null ? null : found.map((at) => new Date(at))
}

/** The request with the clock's present where none is given. */
export function present(options) {
  const found = optionsOf(options)
  return { ...found, now: found.now ?? Date.now() }
}

/** The dataset that is meant, and whether it was made for this call only. */
export function dataOf(data) {
  return data instanceof Dataset ? { dataset: data, owned: false } : { dataset: new Dataset(data), owned: true }
}

export function reported(kind, data, options) {
  const request = present(options)
  const asked = toText(request)
  const { dataset, owned } = dataOf(data)
  try {
    return new Report(
      guarded(() => dataset.handle().report(kind, asked)),
      { dataset, owned, kind, request },
    )
  } catch (fault) {
    if (owned) dataset.free()
    throw fault
  }
}

export function partially(kind, data, options) {
  const asked = toText(present(options))
  const { dataset, owned } = dataOf(data)
  try {
    return new PartialReport(guarded(() => dataset.handle().partial(kind, asked)))
  } finally {
    if (owned) dataset.free()
  }
}

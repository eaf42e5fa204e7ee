// Reports, their parts, and partial reports.

import { freed, guarded, refused } from './errors.js'
import { INSPECT, inspected } from './inspect.js'
import { native } from './native.js'
import { fromText, isBuffer, known, optionsOf, toText, typedName } from './plain.js'
import { joined, tableOf } from './table.js'

/** Every part that a report can have. */
const COMPONENTS = [
  'overview',
  'added_by_source',
  'connected_by_channel',
  'added_log',
  'connected_log',
  'deleted_log',
  'merged_log',
  'incoming_by_channel',
  'outgoing_by_channel',
  'outgoing_by_source',
  'outgoing_by_type',
  'outgoing_by_subtype',
  'delivery',
  'incoming_log',
  'outgoing_log',
  'failed_log',
]

/** A finished report: what was asked, and every part under its name. */
export class Report {
  #native
  #source
  #about
  #parts

  /** `source`: the dataset and the request, out of which more rows of the logs come; none for merged partials. */
  constructor(found, source = null) {
    this.#native = found
    this.#source = source
    const [about, heads] = fromText(guarded(() => found.about()))
    this.#about = about
    this.#parts = heads.map((head) => new (head.component.endsWith('_log') ? LogPart : Part)(this, head))
  }

  get report() { return this.#about.report }
  get period() { return this.#about.period }
  get zone() { return this.#about.zone }
  get tzdb_version() { return this.#about.tzdb_version }
  get rules_version() { return this.#about.rules_version }
  get now() { return this.#about.now }
  get granularity() { return this.#about.granularity }
  get buckets() { return this.#about.buckets }
  get filters() { return this.#about.filters }
  get policies() { return this.#about.policies }
  get notes() { return this.#about.notes }
  get locale() { return this.#about.locale }

  /** First instant of the period. */
  get start() { return new Date(this.period.start) }

  /** First instant after the period. */
  get end() { return new Date(this.period.end) }

  /** The parts, in order. */
  get components() { return [...this.#parts] }

  /** A part by its name. */
  component(name) {
    const part = this.#parts.find((found) => found.component === name)
    if (part !== undefined) return part
    const hint = `it has: ${this.#parts.map((found) => `\`${found.component}\``).join(', ')}`
    throw refused('invalid_argument', 'unknown_label', `the report has no \`${name}\``, 'component', hint)
  }

  /** The report as one page to read, with nothing to load. */
  html(options) { return this.show({ ...optionsOf(options), format: 'html' }) }

  /** The report as text for a terminal. */
  text(options) { return this.show({ ...optionsOf(options), format: 'text' }) }

  /** The report in a format; null where a part has nothing to show. */
  show(request) {
    const asked = toText(optionsOf(request))
    return guarded(() => this.handle().show(asked)) ?? null
  }

  /** The whole report as plain data. */
  toJSON() { return fromText(this.show({ format: 'json' })) }

  [INSPECT](_, options, inspect) {
    if (this.isFreed) return inspected('Report', { freed: true }, options, inspect)
    const parts = Object.fromEntries(this.#parts.map((part) => [part.component, part.state === 'data' ? (part.total ?? part.head.total_rows ?? 'data') : part.state]))
    return inspected('Report', { report: this.report, zone: this.zone, start: this.start, end: this.end, parts }, options, inspect)
  }

  handle() {
    if (this.#native === null) throw freed('report')
    return this.#native
  }

  /** Whether its logs begin with a later page. */
  isLater() { return (this.#source?.request.logs?.cursor ?? null) !== null }

  source() {
    if (this.#source === null) {
      const hint = 'make the report of the whole dataset for more'
      const words = 'a report that was merged from partials has only the first page of its logs'
      throw refused('invalid_argument', 'missing_option', words, '', hint)
    }
    return this.#source
  }

  /** Gives the memory back; what was read before stays. */
  free() {
    this.#native?.free()
    this.#native = null
    if (this.#source?.owned) this.#source.dataset.free()
  }

  get isFreed() { return this.#native === null }

  [Symbol.iterator]() { return this.components[Symbol.iterator]() }
}
if (Symbol.dispose) Report.prototype[Symbol.dispose] = Report.prototype.free
for (const name of COMPONENTS) {
  Object.defineProperty(Report.prototype, name, {
    get() { return this.component(name) },
    configurable: true,
  })
}

/** A part of a report: `data`, `not_applicable` or `no_data`. */
export class Part {
  #report
  #head
  #outcome = null

  constructor(report, head) {
    this.#report = report
    this.#head = head
  }

  get component() { return this.#head.component }

  /** Its title in the report's language. */
  get title() { return this.#head.title }
  get state() { return this.#head.state }

  /** Filters that were set and do not apply to it. */
  get filters() { return this.#head.filters ?? [] }

  /** Why there is no data. */
  get reason() { return this.#head.reason ?? null }

  /** Date of the first record, where the period lies before it. */
  get date() { return this.#head.date ?? null }

  /** Sum of the rows of a breakdown. */
  get total() { return this.#head.total ?? null }

  /** The charts that it has. */
  get charts() { return this.#head.charts ?? [] }

  /** What it says, as plain data. */
  get outcome() {
    this.#outcome ??= this.read()
    return this.#outcome
  }

  read() { return fromText(this.show({ format: 'json' })).outcome }

  /** A table: `rows`, `buckets`, and of delivery `funnel` and `failures`; without data it has columns and no rows. */
  table(table = 'rows') {
    const pieces = this.pieces(table)
    return tableOf(pieces.filter((column) => column.name !== 'ids'))
  }

  pieces(table) {
    const asked = toText({ component: this.component, table })
    return guarded(() => this.#report.handle().table(asked))
  }

  /** A chart as a Vega-Lite specification; null where there is nothing to draw. */
  chart(kind = null) {
    const text = this.show({ format: 'vega', chart: kind })
    return text === null ? null : JSON.parse(text)
  }

  /** A chart as an SVG image; null where there is nothing to draw. */
  svg(options) {
    const { kind = null, width = null } = known(options, ['kind', 'width'])
    return this.show({ format: 'svg', chart: kind, width })
  }

  /** A table as CSV. */
  csv(options) { return this.show({ ...optionsOf(options), format: 'csv' }) ?? '' }

  /** The part as a page to read. */
  html(options) { return this.show({ ...optionsOf(options), format: 'html' }) }

  /** The part as text for a terminal. */
  text(options) { return this.show({ ...optionsOf(options), format: 'text' }) }

  show(request) { return this.#report.show({ ...optionsOf(request), component: this.component }) }

  get owner() { return this.#report }
  get head() { return this.#head }

  [INSPECT](_, options, inspect) {
    const { component, state, reason, filters, total } = this
    const facts = state === 'data' ? { component, total: total ?? this.head.total_rows } : { component, state, ...(reason === null ? { filters } : { reason }) }
    return inspected('Part', facts, options, inspect)
  }

  toJSON() { return { component: this.component, title: this.title, outcome: this.outcome } }
}

/** A log: columns at once, rows when somebody looks. */
export class LogPart extends Part {
  #pieces = null
  #table = null

  /** Rows of the whole log, whatever the page shows. */
  get total_rows() { return this.head.total_rows ?? 0 }

  /** Where the next page starts. */
  get cursor() { return this.head.cursor ?? null }

  /** Whether older rows follow this page. */
  get truncated() { return this.head.truncated ?? false }

  #read() {
    this.#pieces ??= this.pieces('rows')
    return this.#pieces
  }

  table(table = 'rows') {
    if (table !== 'rows') return super.table(table)
    this.#table ??= tableOf(this.#read().filter((column) => column.name !== 'ids'))
    return this.#table
  }

  /** What each row is: the message's id, or the event's sequence. */
  get ids() {
    const pieces = this.#read().find((column) => column.name === 'ids')
    return pieces === undefined ? [] : tableOf([pieces]).column('ids').values
  }

  /** Values of each column, read when it is asked for. */
  get columns() {
    const table = this.table()
    const found = {}
    for (const name of table.columns) {
      Object.defineProperty(found, name, { get: () => table.column(name).values, enumerable: true })
    }
    return found
  }

  /** Rows of the page. */
  get length() { return this.table().length }

  /** A row of the page as an object. */
  row(place, options) { return this.table().row(place, options) }

  /** Rows of the page as objects, each made when it is its turn. */
  rows(options) { return this.table().rows(options) }

  [Symbol.iterator]() { return this.rows() }

  read() {
    if (this.state !== 'data') return super.read()
    const { total_rows, truncated, cursor, ids, columns } = this
    return { state: 'data', kind: 'log', total_rows, truncated, cursor, ids, columns }
  }

  /** The page after this one; null after the last. */
  next() {
    if (this.cursor === null) return null
    const { dataset, kind, request } = this.owner.source()
    const logs = { ...optionsOf(request.logs), cursor: this.cursor }
    const options = { ...request, logs, components: [this.component] }
    const asked = toText(options)
    const found = guarded(() => dataset.handle().report(kind, asked))
    const report = new Report(found, { dataset, kind, request: options })
    return report.component(this.component)
  }

  /** This page and all after it. */
  *pages() {
    for (let page = this; page !== null; page = page.next()) yield page
  }

  /** The whole log as CSV, whatever the page shows. */
  csv(options) {
    if (!this.truncated && !this.owner.isLater()) return super.csv(options)
    const { dataset, kind, request } = this.owner.source()
    const { cursor: _, limit: __, ...logs } = optionsOf(request.logs)
    const pieces = []
    let style = optionsOf(options)
    for (let cursor; cursor !== null;) {
      const asked = { ...request, logs: cursor === undefined ? logs : { ...logs, cursor }, components: [this.component] }
      const text = toText(asked)
      const page = new Report(guarded(() => dataset.handle().report(kind, text)), { dataset, kind, request: asked })
      const part = page.component(this.component)
      pieces.push(part.show({ ...style, format: 'csv' }) ?? '')
      style = { ...style, header: 'absent', bom: false }
      cursor = part.cursor
      page.free()
    }
    return pieces.join('')
  }

  /** The whole log as one table, without the cap of a page. */
  all() {
    const { dataset, request } = this.owner.source()
    const { cursor: _, ...logs } = optionsOf(request.logs)
    const asked = toText({ ...request, logs })
    const pages = guarded(() => dataset.handle().log(this.component, asked))
    return pages.length === 0 ? this.table() : joined(pages.map((page) => page.filter((column) => column.name !== 'ids')))
  }
}

/** A report of a part of the rows: merge those of all parts, then `finish`. */
export class PartialReport {
  #native

  constructor(found) {
    this.#native = found
  }

  /** Reads what `toBytes` wrote. */
  static fromBytes(bytes) {
    if (typedName(bytes) !== 'Uint8Array' && !isBuffer(bytes)) {
      throw refused('invalid_argument', 'malformed_value', 'a partial is a Uint8Array', 'bytes', null)
    }
    const found = isBuffer(bytes) ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return new PartialReport(guarded(() => native().Partial.of(found)))
  }

  handle() {
    if (this.#native === null) throw freed('partial')
    return this.#native
  }

  /** Which report it is a part of. */
  get kind() { return guarded(() => this.handle().kind()) }

  /** The partial as bytes, with a version and a checksum. */
  toBytes() { return guarded(() => this.handle().toBytes()) }

  /** The partial of the rows of all of them; their order does not matter, and each stays as it is. */
  merge(...others) {
    return guarded(() => {
      let found = this.handle()
      for (const other of others) {
        if (!(other instanceof PartialReport)) throw refused('invalid_argument', 'invalid_type', 'only partial reports are merged', '', null)
        const merged = found.merge(other.handle())
        if (found !== this.#native) found.free()
        found = merged
      }
      return new PartialReport(found === this.#native ? native().Partial.of(found.toBytes()) : found)
    })
  }

  [INSPECT](_, options, inspect) {
    return inspected('PartialReport', this.#native === null ? { freed: true } : { kind: this.kind }, options, inspect)
  }

  /** The report. */
  finish() { return new Report(guarded(() => this.handle().finish())) }

  /** Gives the memory back. */
  free() {
    this.#native?.free()
    this.#native = null
  }
}
if (Symbol.dispose) PartialReport.prototype[Symbol.dispose] = PartialReport.prototype.free

/// <reference lib="esnext.disposable" />
// What both packages export; `types.js` describes the plain data.

import type {
  Breakdown,
  Bucket,
  BulkAnswer,
  Channel,
  ChartKind,
  Choices,
  ChoicesRequest,
  Column,
  ColumnOptions,
  Component,
  ContactEvent,
  CsvDelimiter,
  CsvHeader,
  CsvValues,
  DatasetOptions,
  DatasetRequest,
  Delivery,
  ErrorData,
  Filter,
  Filters,
  Granularity,
  Id,
  ImportOptions,
  ImportedContactFile,
  Locale,
  Log,
  Message,
  Named,
  NoData,
  Note,
  NotApplicable,
  Operations,
  Overview,
  Part as PartData,
  Report as ReportData,
  ReportKind,
  ReportPeriod,
  ReportPolicies,
  ReportRequest,
  SampleRequest,
  SampleTables,
  ShowReportRequest,
  ShowRequest,
  Shown,
  ShownId,
  TableKind,
  Vocabulary,
  VocabularyRequest,
  ReplayWorkspace,
  SettingsRequest,
  Time,
  WorkspaceOperations,
} from './types.js'

export * from './types.js'
export type { PartData, ReportData }

/** Whatever this library throws on its own. */
export class OmnicontactError extends Error {
  constructor(data: ErrorData, cause?: unknown)
  /** What went wrong, coarsely: `invalid_argument`, `invalid_data`, `conflict`, `forbidden`, `corrupt`, `cancelled`, `internal`. */
  readonly kind: string
  /** What went wrong, exactly: stable, meant for programs. */
  readonly code: string
  /** What went wrong, for people; without path and hint. */
  readonly detail: string
  /** Where in the input: `messages[17].sent_at`, `filters.channel`. */
  readonly path: string
  /** What would be allowed, or what to do. */
  readonly hint: string | null
  /** What was done before an `AbortSignal` ended work on many contacts of a workspace; it stays. Else null. */
  readonly answer: BulkAnswer | ImportedContactFile | null
  toJSON(): ErrorData
}

export type TypedNumbers =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

/** A value that a column may hold; null, undefined and holes are missing. */
export type Cell = string | number | bigint | boolean | Date | { uuid: string } | null | undefined

/** Codes into a list of values; −1 and the largest code of its type are missing. */
export interface CodedColumn {
  codes: Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | readonly (number | null)[]
  values: readonly (string | number | bigint | null)[]
}

/** Texts behind one another in UTF-8, and the byte at which each ends; an empty text is missing. */
export interface PackedTexts {
  bytes: Uint8Array
  ends: Uint32Array
}

/** A column: typed arrays are taken as they are, NaN is missing; times are epoch milliseconds. */
export type ColumnValues = TypedNumbers | CodedColumn | PackedTexts | readonly Cell[]

/** Columns by name. */
export interface Columns {
  readonly [column: string]: ColumnValues | null | undefined
}

/** CSV, NDJSON, or a JSON list of objects; a text is the content, not a path. */
export type Bytes = Uint8Array | ArrayBuffer | string

/** A table: a list of objects, columns, or bytes; with options for columns and files. */
export type TableSource<Row> =
  | readonly Row[]
  | Columns
  | Bytes
  | { columns: Columns; options?: ColumnOptions }
  | { file: Bytes; options?: ImportOptions }

/** What can be read as bytes, once: a Blob, a File, a Response, a stream, chunks. */
export type ByteStream =
  | { stream(): ReadableStream<Uint8Array> }
  | ReadableStream<Uint8Array>
  | { body: ReadableStream<Uint8Array> | null; arrayBuffer(): Promise<ArrayBuffer> }
  | AsyncIterable<Uint8Array | string>

export type LoadSource<Row> = TableSource<Row> | ByteStream | { file: ByteStream; options?: ImportOptions }

/** The tables of a dataset; all may be left out. */
export interface Tables {
  messages?: TableSource<Message> | null
  events?: TableSource<ContactEvent> | null
  contacts?: TableSource<Named> | null
  channels?: TableSource<Channel> | null
  users?: TableSource<Named> | null
  teams?: TableSource<Named> | null
  broadcasts?: TableSource<Named> | null
  /** Pairs: merged-away id, the id it went into; without it the events tell. */
  merges?: readonly (readonly [Id, Id])[] | null
  /** Contacts, events and merges of a workspace. */
  workspace?: Workspace | null
  options?: DatasetOptions
}

/** {@link Tables} that may also be streams. */
export interface LoadTables {
  messages?: LoadSource<Message> | null
  events?: LoadSource<ContactEvent> | null
  contacts?: LoadSource<Named> | null
  channels?: LoadSource<Channel> | null
  users?: LoadSource<Named> | null
  teams?: LoadSource<Named> | null
  broadcasts?: LoadSource<Named> | null
  merges?: readonly (readonly [Id, Id])[] | null
  /** Contacts, events and merges of a workspace. */
  workspace?: Workspace | null
  options?: DatasetOptions
}

export interface Progress {
  table: string
  bytes: number
  rows: number
}

/** How work is watched and ended. */
export interface WorkOptions {
  /** Ends the work with the error `cancelled`. */
  signal?: AbortSignal
  /** Hears how far it is; where it throws, the work ends with its error. A call to the workspace at work from inside is `busy`. */
  onProgress?: (progress: Progress) => void
}

/** What is asked of a report; without `now` the clock is read. */
export type ReportOptions = Omit<ReportRequest, 'now'> & { now?: ReportRequest['now'] }

/** Messages and contact events, checked and indexed once, read by any number of reports. */
export class Dataset {
  constructor(tables?: Tables)
  /** A dataset of tables that may also be streams. */
  static load(tables: LoadTables, options?: WorkOptions): Promise<Dataset>
  /** Number of messages, after duplicates were folded. */
  readonly messageCount: number
  /** Number of contact events, those derived from messages included. */
  readonly eventCount: number
  /** Number of message rows that were folded into an earlier row of the same id. */
  readonly foldedCount: number
  /** Tables all of whose instants lie before 1990, as seconds do that are read as milliseconds. */
  readonly suspiciousTimes: ('messages' | 'events')[]
  /** Bytes that the index adds to the columns. */
  readonly indexBytes: number
  /** Times of the first and the last message. */
  readonly messageSpan: [Date, Date] | null
  /** Times of the first and the last contact event. */
  readonly eventSpan: [Date, Date] | null
  messagesReport(options: ReportOptions): MessagesReport
  contactsReport(options: ReportOptions): ContactsReport
  messagesPartial(options: ReportOptions): PartialReport
  contactsPartial(options: ReportOptions): PartialReport
  /** What a filter offers to choose from. */
  choices(options: ChoicesRequest): Choices
  readonly isFreed: boolean
  /** Counts and spans, never rows. */
  toJSON(): object
  /** Gives the memory back. */
  free(): void
  [Symbol.dispose](): void
}

export interface PageOptions {
  /** Rows of each log. */
  log_rows?: number
  /** Rows of each breakdown. */
  rows?: number
  /** Whose report it is. */
  owner?: string
}

export interface TextOptions {
  width?: number
  colours?: boolean
  log_rows?: number
}

export interface CsvOptions {
  table?: TableKind
  header?: CsvHeader
  values?: CsvValues
  delimiter?: CsvDelimiter
  bom?: boolean
  harmless?: boolean
}

/** A Vega-Lite specification. */
export interface VegaLite {
  $schema: string
  [key: string]: unknown
}

/** A part of a report: `data`, `not_applicable` or `no_data`. */
export class Part<Data = Breakdown | Overview | Delivery | Log> {
  protected constructor()
  readonly component: Component
  /** Its title in the report's language. */
  readonly title: string
  readonly state: 'data' | 'not_applicable' | 'no_data'
  /** Filters that were set and do not apply to it. */
  readonly filters: Filter[]
  /** Why there is no data. */
  readonly reason: NoData['reason'] | null
  /** Date of the first record, where the period lies before it. */
  readonly date: string | null
  /** Sum of the rows of a breakdown. */
  readonly total: number | null
  /** The charts that it has. */
  readonly charts: ChartKind[]
  /** What it says, as plain data. */
  readonly outcome: Data | NotApplicable | NoData
  /** A table; without data it has columns and no rows. */
  table(table?: TableKind): Table
  /** A chart as a Vega-Lite specification; null where there is nothing to draw. */
  chart(kind?: ChartKind | null): VegaLite | null
  /** A chart as an SVG image; null where there is nothing to draw. */
  svg(options?: { kind?: ChartKind | null; width?: number | null }): string | null
  /** Of a log: all of its rows, whatever the page shows. */
  csv(options?: CsvOptions): string
  html(options?: PageOptions): string
  text(options?: TextOptions): string
  toJSON(): PartData
}

/** A log: columns at once, rows when somebody looks. */
export class LogPart extends Part<Log> implements Iterable<LogRow> {
  /** Rows of the whole log, whatever the page shows. */
  readonly total_rows: number
  /** Where the next page starts. */
  readonly cursor: string | null
  /** Whether older rows follow this page. */
  readonly truncated: boolean
  /** What each row is: the message's id, or the event's sequence. */
  readonly ids: (ShownId | null)[]
  /** Values of each column, read when it is asked for. */
  readonly columns: Readonly<Log['columns']>
  /** Rows of the page. */
  readonly length: number
  /** A row of the page as an object. */
  row(place: number, options?: { labels?: boolean }): LogRow | undefined
  /** Rows of the page as objects, each made when it is its turn. */
  rows(options?: { labels?: boolean }): IterableIterator<LogRow>
  [Symbol.iterator](): IterableIterator<LogRow>
  /** The page after this one; null after the last. */
  next(): LogPart | null
  /** This page and all after it. */
  pages(): IterableIterator<LogPart>
  /** The whole log as one table, without the cap of a page. */
  all(): Table
}

export type LogRow = { [column in Column]?: ShownId | null }

/** A finished report: what was asked, and every part under its name. */
export class Report implements Iterable<Part> {
  protected constructor()
  readonly report: ReportKind
  readonly period: ReportPeriod
  readonly zone: string
  readonly tzdb_version: string
  readonly rules_version: number
  /** The present that the report was made for, in epoch milliseconds. */
  readonly now: number
  readonly granularity: Granularity
  readonly buckets: Bucket[]
  readonly filters: Required<Filters>
  readonly policies: ReportPolicies
  /** What a reader should know about the numbers. */
  readonly notes: Note[]
  readonly locale: Locale
  /** First instant of the period. */
  readonly start: Date
  /** First instant after the period. */
  readonly end: Date
  /** The parts, in order. */
  readonly components: Part[]
  /** A part by its name. */
  component(name: Component): Part
  /** The report as one page to read, with nothing to load. */
  html(options?: PageOptions): string
  /** The report as text for a terminal. */
  text(options?: TextOptions): string
  /** The report in a format; null where a part has nothing to show. */
  show(request: ShowRequest): string | null
  /** The whole report as plain data. */
  toJSON(): ReportData
  readonly isFreed: boolean
  /** Gives the memory back; what was read before stays. */
  free(): void
  [Symbol.dispose](): void
  [Symbol.iterator](): IterableIterator<Part>
}

export interface MessagesReport extends Report {
  readonly incoming_by_channel: Part<Breakdown>
  readonly outgoing_by_channel: Part<Breakdown>
  readonly outgoing_by_source: Part<Breakdown>
  readonly outgoing_by_type: Part<Breakdown>
  readonly outgoing_by_subtype: Part<Breakdown>
  readonly delivery: Part<Delivery>
  readonly incoming_log: LogPart
  readonly outgoing_log: LogPart
  readonly failed_log: LogPart
}

export interface ContactsReport extends Report {
  readonly overview: Part<Overview>
  readonly added_by_source: Part<Breakdown>
  readonly connected_by_channel: Part<Breakdown>
  readonly added_log: LogPart
  readonly connected_log: LogPart
  readonly deleted_log: LogPart
  readonly merged_log: LogPart
}

/** A report of a part of the rows: merge those of all parts, then `finish`. */
export class PartialReport {
  private constructor()
  /** Reads what `toBytes` wrote. */
  static fromBytes(bytes: Uint8Array): PartialReport
  readonly kind: ReportKind
  /** The partial as bytes, with a version and a checksum. */
  toBytes(): Uint8Array
  /** The partial of the rows of all of them; their order does not matter, and each stays as it is. */
  merge(...others: PartialReport[]): PartialReport
  finish(): MessagesReport & ContactsReport
  free(): void
  [Symbol.dispose](): void
}

/** A value in a table. */
export type TableValue = ShownId | boolean | null

/** A column of a table. */
export class TableColumn {
  private constructor()
  readonly name: string
  /** Header in the report's language. */
  readonly title: string
  readonly kind: 'time' | 'int' | 'float' | 'text' | 'category' | 'bool' | 'json'
  readonly length: number
  /** Numbers as they are (`time`, `int`, `float`); NaN where missing. */
  readonly numbers: Float64Array
  /** Places in `entries` (`category`); 2^32 - 1 where missing. */
  readonly codes: Uint32Array
  /** The few values that many rows share (`category`), each with its key and its name or word. */
  readonly entries: { key: ShownId; label: string | null }[]
  /** All values, null where missing; keys for those that rows share. */
  readonly values: TableValue[]
  /** All values, with names and words instead of keys. */
  readonly labels: TableValue[]
  /** All values as dates (`time`), null where missing. */
  readonly dates: (Date | null)[]
  toJSON(): { name: string; title: string; kind: string; values: TableValue[] }
}

/** Named columns of equal length. */
export class Table implements Iterable<Record<string, TableValue>> {
  private constructor()
  /** Names of the columns: the same in every language. */
  readonly columns: string[]
  /** Titles of the columns, in the report's language. */
  readonly titles: string[]
  readonly length: number
  column(name: string): TableColumn | undefined
  row(place: number, options?: { labels?: boolean }): Record<string, TableValue> | undefined
  rows(options?: { labels?: boolean }): IterableIterator<Record<string, TableValue>>
  [Symbol.iterator](): IterableIterator<Record<string, TableValue>>
  toJSON(): { columns: { name: string; title: string; kind: string; values: TableValue[] }[] }
}

type Given<O extends keyof Operations> = Operations[O] extends { given: infer G } ? [given?: G] : [given?: undefined]

/** Runs an operation on plain data: what the named functions do, by name. */
export function call<O extends keyof Operations>(
  operation: O,
  options: Operations[O]['options'],
  ...given: Given<O>
): Operations[O]['answer']

/** The Messages report: messages in and out by channel, source, type and subtype, their delivery, and logs. */
export function messagesReport(data: Dataset | Tables, options: ReportOptions): MessagesReport
/** The Contacts report: contacts added, connected, deleted and merged, and their logs. */
export function contactsReport(data: Dataset | Tables, options: ReportOptions): ContactsReport
/** The Messages report of a part of the rows; every part needs the same options, `now` among them. */
export function messagesPartial(data: Dataset | Tables, options: ReportOptions): PartialReport
/** The Contacts report of a part of the rows; every part needs the same options, `now` among them. */
export function contactsPartial(data: Dataset | Tables, options: ReportOptions): PartialReport
/** What a filter offers to choose from. */
export function choices(data: Dataset | Tables, options: ChoicesRequest): Choices
/** A report of given data as text. */
export function showReport(data: DatasetRequest, options: ShowReportRequest): Shown
/** A made-up workspace: the same request gives the same rows everywhere. */
export function sample(options?: SampleRequest): SampleTables
/** The words of the contract. */
export function vocabulary(options?: VocabularyRequest): Vocabulary
// operations: written by operations.mjs
export function resolvePeriod(options: Operations['resolve_period']['options']): Operations['resolve_period']['answer']
export function buckets(options: Operations['buckets']['options']): Operations['buckets']['answer']
export function dayOf(options: Operations['day_of']['options']): Operations['day_of']['answer']
export function startOfDay(options: Operations['start_of_day']['options']): Operations['start_of_day']['answer']
export function classifyMessage(options: Operations['classify_message']['options']): Operations['classify_message']['answer']
export function deliveryStatus(options: Operations['delivery_status']['options']): Operations['delivery_status']['answer']
export function foldMessages(options: Operations['fold_messages']['options']): Operations['fold_messages']['answer']
export function connections(options: Operations['connections']['options']): Operations['connections']['answer']
export function providerStatus(options: Operations['provider_status']['options']): Operations['provider_status']['answer']
export function readWebhooks(options: Operations['read_webhooks']['options']): Operations['read_webhooks']['answer']
export function journal(options: Operations['journal']['options']): Operations['journal']['answer']
export function normalisePhone(options: Operations['normalise_phone']['options']): Operations['normalise_phone']['answer']
export function normaliseEmail(options: Operations['normalise_email']['options']): Operations['normalise_email']['answer']
export function checkFormat(options: Operations['check_format']['options']): Operations['check_format']['answer']
export function checkCustomValue(options: Operations['check_custom_value']['options']): Operations['check_custom_value']['answer']
export function mintContactId(options: Operations['mint_contact_id']['options']): Operations['mint_contact_id']['answer']
export function foreignContactId(options: Operations['foreign_contact_id']['options']): Operations['foreign_contact_id']['answer']
export function newContact(options: Operations['new_contact']['options']): Operations['new_contact']['answer']
export function editContact(options: Operations['edit_contact']['options']): Operations['edit_contact']['answer']
export function describeContact(options: Operations['describe_contact']['options']): Operations['describe_contact']['answer']
export function planMerge(options: Operations['plan_merge']['options']): Operations['plan_merge']['answer']
export function applyMerge(options: Operations['apply_merge']['options']): Operations['apply_merge']['answer']
export function undoMerge(options: Operations['undo_merge']['options']): Operations['undo_merge']['answer']
export function resolveIds(options: Operations['resolve_ids']['options']): Operations['resolve_ids']['answer']
export function suggestMerges(options: Operations['suggest_merges']['options']): Operations['suggest_merges']['answer']
export function admitUnits(options: Operations['admit_units']['options']): Operations['admit_units']['answer']
export function monthUsage(options: Operations['month_usage']['options']): Operations['month_usage']['answer']
export function erasedEvents(options: Operations['erased_events']['options']): Operations['erased_events']['answer']
export function monthOf(options: Operations['month_of']['options']): Operations['month_of']['answer']
export function scheduleReset(options: Operations['schedule_reset']['options']): Operations['schedule_reset']['answer']
export function planReset(options: Operations['plan_reset']['options']): Operations['plan_reset']['answer']
export function checkAccess(options: Operations['check_access']['options']): Operations['check_access']['answer']
export function importMessages(options: Operations['import_messages']['options']): Operations['import_messages']['answer']
export function importEvents(options: Operations['import_events']['options']): Operations['import_events']['answer']
export function importChannels(options: Operations['import_channels']['options']): Operations['import_channels']['answer']
export function importNamed(options: Operations['import_named']['options']): Operations['import_named']['answer']
export function selectContacts(given: Operations['select_contacts']['given'], options: Operations['select_contacts']['options']): Operations['select_contacts']['answer']
export function explainSegment(given: Operations['explain_segment']['given'], options: Operations['explain_segment']['options']): Operations['explain_segment']['answer']
export function checkSegment(options: Operations['check_segment']['options']): Operations['check_segment']['answer']
export function searchContacts(given: Operations['search_contacts']['given'], options: Operations['search_contacts']['options']): Operations['search_contacts']['answer']
export function contactsPage(given: Operations['contacts_page']['given'], options: Operations['contacts_page']['options']): Operations['contacts_page']['answer']
export function exportContacts(given: Operations['export_contacts']['given'], options: Operations['export_contacts']['options']): Operations['export_contacts']['answer']
export function contactFile(given: Operations['contact_file']['given'], options: Operations['contact_file']['options']): Operations['contact_file']['answer']
export function contactColumns(options: Operations['contact_columns']['options']): Operations['contact_columns']['answer']
export function readContacts(options: Operations['read_contacts']['options']): Operations['read_contacts']['answer']
export function profileFigures(given: Operations['profile_figures']['given'], options: Operations['profile_figures']['options']): Operations['profile_figures']['answer']
export function judgeTexts(options: Operations['judge_texts']['options']): Operations['judge_texts']['answer']
// operations: end

/** What a workspace takes of its host. */
export interface WorkspaceHost {
  /** The present, where a request does not say `at`; the clock by default. */
  clock?: () => number | Date
  /** That many random bytes, for the ids of new contacts. */
  random?: (count: number) => Uint8Array
}

type Hosted<Options> = Omit<Options, 'at' | 'random'> & { [K in keyof Options & ('at' | 'random')]?: Options[K] }
type WorkspaceOptions<O extends keyof WorkspaceOperations> = Hosted<WorkspaceOperations[O]['options']>

/** Contacts, what they count, merges and resets of one workspace: commands in, events out. */
export class Workspace {
  /** Begins a workspace; its first event is among `events()`: store it. */
  constructor(settings: SettingsRequest, host?: WorkspaceHost & { at?: Time })
  /** The state that stored events give. */
  static replay(request: ReplayWorkspace, host?: WorkspaceHost): Workspace
  /** The state of a snapshot and of the stored events after it. */
  static restore(snapshot: Uint8Array, request?: ReplayWorkspace, host?: WorkspaceHost): Workspace
  /** Runs any operation by name. */
  call<O extends keyof WorkspaceOperations>(operation: O, options?: WorkspaceOptions<O>): WorkspaceOperations[O]['answer']
  /**
   * Runs any operation by name on a thread, where there are some; progress counts items, of files bytes. What a signal ends
   * in the middle stays as far as it came, and the error's `answer` tells it; a signal that comes too late changes nothing.
   */
  callAsync<O extends keyof WorkspaceOperations>(
    operation: O,
    options?: WorkspaceOptions<O>,
    work?: { signal?: AbortSignal; onProgress?: (progress: { done: number; total: number }) => void },
  ): Promise<WorkspaceOperations[O]['answer']>
  // workspace operations: written by operations.mjs
  about(options?: WorkspaceOptions<'about'>): WorkspaceOperations['about']['answer']
  contact(options: WorkspaceOptions<'contact'>): WorkspaceOperations['contact']['answer']
  contacts(options?: WorkspaceOptions<'contacts'>): WorkspaceOperations['contacts']['answer']
  channelStates(options: WorkspaceOptions<'channel_states'>): WorkspaceOperations['channel_states']['answer']
  resolve(options: WorkspaceOptions<'resolve'>): WorkspaceOperations['resolve']['answer']
  holder(options: WorkspaceOptions<'holder'>): WorkspaceOperations['holder']['answer']
  mergedInto(options: WorkspaceOptions<'merged_into'>): WorkspaceOperations['merged_into']['answer']
  channels(options?: WorkspaceOptions<'channels'>): WorkspaceOperations['channels']['answer']
  tags(options?: WorkspaceOptions<'tags'>): WorkspaceOperations['tags']['answer']
  customFields(options?: WorkspaceOptions<'custom_fields'>): WorkspaceOperations['custom_fields']['answer']
  selectContacts(options: WorkspaceOptions<'select_contacts'>): WorkspaceOperations['select_contacts']['answer']
  explainSegment(options: WorkspaceOptions<'explain_segment'>): WorkspaceOperations['explain_segment']['answer']
  searchContacts(options: WorkspaceOptions<'search_contacts'>): WorkspaceOperations['search_contacts']['answer']
  contactsPage(options: WorkspaceOptions<'contacts_page'>): WorkspaceOperations['contacts_page']['answer']
  exportContacts(options: WorkspaceOptions<'export_contacts'>): WorkspaceOperations['export_contacts']['answer']
  contactFile(options: WorkspaceOptions<'contact_file'>): WorkspaceOperations['contact_file']['answer']
  tryContactFile(options: WorkspaceOptions<'try_contact_file'>): WorkspaceOperations['try_contact_file']['answer']
  quota(options?: WorkspaceOptions<'quota'>): WorkspaceOperations['quota']['answer']
  units(options?: WorkspaceOptions<'units'>): WorkspaceOperations['units']['answer']
  admit(options: WorkspaceOptions<'admit'>): WorkspaceOperations['admit']['answer']
  planMerge(options: WorkspaceOptions<'plan_merge'>): WorkspaceOperations['plan_merge']['answer']
  suggestMerges(options?: WorkspaceOptions<'suggest_merges'>): WorkspaceOperations['suggest_merges']['answer']
  planReset(options: WorkspaceOptions<'plan_reset'>): WorkspaceOperations['plan_reset']['answer']
  resetStatus(options: WorkspaceOptions<'reset_status'>): WorkspaceOperations['reset_status']['answer']
  checkAccess(options: WorkspaceOptions<'check_access'>): WorkspaceOperations['check_access']['answer']
  events(options?: WorkspaceOptions<'events'>): WorkspaceOperations['events']['answer']
  reportTables(options?: WorkspaceOptions<'report_tables'>): WorkspaceOperations['report_tables']['answer']
  execute(options: WorkspaceOptions<'execute'>): WorkspaceOperations['execute']['answer']
  importContacts(options: WorkspaceOptions<'import_contacts'>): WorkspaceOperations['import_contacts']['answer']
  importContactFile(options: WorkspaceOptions<'import_contact_file'>): WorkspaceOperations['import_contact_file']['answer']
  bulk(options: WorkspaceOptions<'bulk'>): WorkspaceOperations['bulk']['answer']
  forgetEvents(options: WorkspaceOptions<'forget_events'>): WorkspaceOperations['forget_events']['answer']
  // workspace operations: end
  /** The whole state as bytes; the events that are remembered are no part of it. */
  snapshot(): Uint8Array
  readonly isFreed: boolean
  /** Gives the memory back. */
  free(): void
  [Symbol.dispose](): void
}

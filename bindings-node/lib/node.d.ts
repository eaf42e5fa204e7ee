import type {
  Channel,
  Connections,
  ContactEvent,
  ContactsReport,
  Dataset,
  DatasetRequest,
  Events,
  FoldMessages,
  FoldedMessages,
  ImportRequest,
  ImportedRows,
  LoadTables,
  Message,
  MessagesReport,
  Named,
  Operations,
  ReportOptions,
  SampleRequest,
  SampleTables,
  ShowReportRequest,
  Shown,
  WorkOptions,
} from './api.js'

export * from './api.js'

/** {@link messagesReport} on a thread of the pool; tables may be streams. */
export function messagesReportAsync(
  data: Dataset | LoadTables,
  options: ReportOptions,
  work?: WorkOptions,
): Promise<MessagesReport>
/** {@link contactsReport} on a thread of the pool; tables may be streams. */
export function contactsReportAsync(
  data: Dataset | LoadTables,
  options: ReportOptions,
  work?: WorkOptions,
): Promise<ContactsReport>
/** {@link call} on a thread of the pool. */
export function callAsync<O extends keyof Operations>(
  operation: O,
  options: Operations[O]['options'],
  given?: Operations[O] extends { given: infer G } ? G : undefined,
  work?: WorkOptions,
): Promise<Operations[O]['answer']>
export function showReportAsync(data: DatasetRequest, options: ShowReportRequest, work?: WorkOptions): Promise<Shown>
export function foldMessagesAsync(options: FoldMessages, work?: WorkOptions): Promise<FoldedMessages>
export function connectionsAsync(options: Connections, work?: WorkOptions): Promise<Events>
export function importMessagesAsync(options: ImportRequest, work?: WorkOptions): Promise<ImportedRows<Message>>
export function importEventsAsync(options: ImportRequest, work?: WorkOptions): Promise<ImportedRows<ContactEvent>>
export function importChannelsAsync(options: ImportRequest, work?: WorkOptions): Promise<ImportedRows<Channel>>
export function importNamedAsync(options: ImportRequest, work?: WorkOptions): Promise<ImportedRows<Named>>
export function sampleAsync(options?: SampleRequest, work?: WorkOptions): Promise<SampleTables>

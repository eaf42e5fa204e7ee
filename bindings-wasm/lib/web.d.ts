/// <reference lib="esnext.disposable" />
import type {
  Breakdown,
  ChartKind,
  Choices,
  ChoicesRequest,
  Component,
  CsvOptions,
  Delivery,
  Filter,
  LoadTables,
  Log,
  NoData,
  NotApplicable,
  Operations,
  Overview,
  PageOptions,
  ReplayWorkspace,
  ReportData,
  ReportOptions,
  SettingsRequest,
  ShowRequest,
  Table,
  TableKind,
  Time,
  VegaLite,
  WorkOptions,
  Workspace,
  WorkspaceOperations,
} from './api.js'

export * from './api.js'

/** What the WebAssembly module can come from. */
export type ModuleSource = string | URL | Response | ModuleBytes | CompiledModule

/** The bytes of a module. */
export type ModuleBytes = ArrayBuffer | ArrayBufferView

/** `WebAssembly.Module`, also where nobody describes it to TypeScript. */
export type CompiledModule = typeof globalThis extends { WebAssembly: { Module: abstract new (...given: never[]) => infer M } } ? M : object

/**
 * Loads the module, once: by itself, or from an address, a response, bytes or a compiled module.
 * Everything else waits for it; a second call waits for the first.
 */
export function init(source?: ModuleSource | Promise<ModuleSource>): Promise<void>
export default init
/** Loads the module from bytes or a compiled module, at once: for edge runtimes and tests. */
export function initSync(source: ModuleBytes | CompiledModule): void
/** Whether the engine has WebAssembly SIMD. */
export function hasSimd(): boolean

export interface WorkerOptions {
  /** A worker that runs `@omnicontact/web/worker.js`; by default one is started. */
  worker?: WorkerLike
  wasm?: string | URL | ModuleBytes | CompiledModule
}

/** A `Worker`, of the web or of another runtime. */
export interface WorkerLike {
  postMessage(message: unknown, options?: { transfer?: ArrayBuffer[] }): void
  terminate(): unknown
  onmessage: unknown
  onerror: unknown
  onmessageerror: unknown
}

/** Starts a worker with the library in it: the page stays at its frames, whatever is counted. */
export function createWorkerClient(options?: WorkerOptions): Promise<WorkerClient>

export interface WorkerClient {
  /** Runs an operation on plain data. */
  call<O extends keyof Operations>(
    operation: O,
    options: Operations[O]['options'],
    given?: Operations[O] extends { given: infer G } ? G : undefined,
    work?: WorkOptions,
  ): Promise<Operations[O]['answer']>
  /** A dataset in the worker. With `transfer`, typed arrays and bytes go there without a copy and are gone here. */
  load(tables: LoadTables, options?: WorkOptions & { transfer?: boolean }): Promise<RemoteDataset>
  /** A workspace in the worker. */
  openWorkspace(settings: SettingsRequest, host?: { at?: Time }): Promise<RemoteWorkspace>
  /** The workspace of a snapshot and of the stored events after it, in the worker. */
  restoreWorkspace(snapshot: Uint8Array, request?: ReplayWorkspace): Promise<RemoteWorkspace>
  /** Ends the worker; what waits for it is refused. */
  terminate(): void
}

type WorkspaceMethods = Exclude<keyof Workspace, 'call' | 'callAsync' | 'snapshot' | 'free' | 'isFreed' | typeof Symbol.dispose | `${string}Async`>

/** A workspace in a worker: the methods of `Workspace`, each with a promise. */
export type RemoteWorkspace = {
  [M in WorkspaceMethods]: Workspace[M] extends (...given: infer G) => infer A ? (...given: G) => Promise<A> : never
} & {
  /** Runs any operation by name. */
  call<O extends keyof WorkspaceOperations>(operation: O, options?: Parameters<typeof Workspace.prototype.call<O>>[1]): Promise<WorkspaceOperations[O]['answer']>
  /** Runs many operations in order; the first that fails ends them. */
  callAll(steps: readonly (readonly [keyof WorkspaceOperations, object])[]): Promise<unknown[]>
  /** The whole state as bytes. */
  snapshot(): Promise<Uint8Array>
  free(): void
  [Symbol.dispose](): void
}

/** A dataset in a worker. */
export interface RemoteDataset {
  readonly messageCount: number
  readonly eventCount: number
  readonly foldedCount: number
  readonly suspiciousTimes: ('messages' | 'events')[]
  readonly indexBytes: number
  readonly messageSpan: [Date, Date] | null
  readonly eventSpan: [Date, Date] | null
  messagesReport(options: ReportOptions, work?: WorkOptions): Promise<RemoteReport>
  contactsReport(options: ReportOptions, work?: WorkOptions): Promise<RemoteReport>
  choices(options: ChoicesRequest): Promise<Choices>
  free(): void
  [Symbol.dispose](): void
}

/** A report in a worker: what it is about is here, the rows come when they are asked for. */
export type RemoteReport = Omit<ReportData, 'components'> & {
  readonly components: RemotePart[]
  component(name: Component): RemotePart | undefined
  html(options?: PageOptions): Promise<string | null>
  show(request: ShowRequest): Promise<string | null>
  free(): void
  [Symbol.dispose](): void
} & { readonly [name in Component]?: RemotePart }

/** A part of a report in a worker. */
export interface RemotePart {
  readonly component: Component
  readonly title: string
  readonly state: 'data' | 'not_applicable' | 'no_data'
  readonly filters: Filter[]
  readonly reason: NoData['reason'] | null
  readonly date: string | null
  readonly total: number | null
  readonly charts: ChartKind[]
  readonly total_rows?: number
  readonly truncated?: boolean
  readonly cursor?: string
  outcome(): Promise<Breakdown | Overview | Delivery | Log | NotApplicable | NoData>
  table(table?: TableKind): Promise<Table>
  chart(kind?: ChartKind | null): Promise<VegaLite | null>
  svg(options?: { kind?: ChartKind | null; width?: number | null }): Promise<string | null>
  /** Of a log: all of its rows, whatever the page shows. */
  csv(options?: CsvOptions): Promise<string>
  /** The page of a log after this one, as a report of its own; null after the last. */
  next(): Promise<RemoteReport | null>
  /** The whole of a log as one table. */
  all(): Promise<Table>
}

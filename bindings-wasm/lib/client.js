// The library in a worker: the page stays at its frames, whatever is counted.

import { OmnicontactError, cancelled, freed } from '../api/errors.js'
import { TABLES } from '../api/tables.js'
import { collect } from '../api/streams.js'
import { tableOf } from '../api/table.js'
import { OPERATIONS, camelCase } from '../api/workspace.js'
import { moduleAddress } from './address.js'

/** Starts a worker and loads the module in it. */
export async function createWorkerClient({ worker, wasm } = {}) {
  const started = worker ?? new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  const client = new WorkerClient(started)
  try {
    const source = await (wasm ?? moduleAddress())
    await client.ask('init', [source instanceof URL ? source.href : source])
  } catch (fault) {
    client.terminate()
    throw fault
  }
  return client
}

class WorkerClient {
  #worker
  #waiting = new Map()
  #last = 0
  #ended = false

  constructor(worker) {
    this.#worker = worker
    worker.onmessage = ({ data }) => this.#hear(data)
    worker.onerror = (event) => {
      event.preventDefault?.()
      this.#fail(event.message ?? 'the worker cannot be started')
    }
    worker.onmessageerror = () => this.#fail('a message of the worker cannot be read')
  }

  #hear({ id, answer, error, progress }) {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    if (progress !== undefined) {
      waiting.onProgress?.(progress)
      return
    }
    this.#waiting.delete(id)
    waiting.end()
    if (error === undefined) waiting.resolve(answer)
    else waiting.reject(new OmnicontactError(error))
  }

  #fail(message) {
    for (const waiting of this.#waiting.values()) {
      waiting.end()
      waiting.reject(new OmnicontactError({ kind: 'internal', code: 'internal', message, path: '', hint: null }))
    }
    this.#waiting.clear()
  }

  ask(act, values, { signal, onProgress, transfer = [] } = {}) {
    if (this.#ended) return Promise.reject(freed('worker'))
    if (signal?.aborted) return Promise.reject(cancelled(signal))
    this.#last += 1
    const id = this.#last
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#worker.postMessage({ id, act: 'cancel' })
        this.#waiting.delete(id)
        reject(cancelled(signal))
      }
      signal?.addEventListener('abort', stop, { once: true })
      const end = () => signal?.removeEventListener('abort', stop)
      this.#waiting.set(id, { resolve, reject, onProgress, end })
      try {
        this.#worker.postMessage({ id, act, values }, { transfer })
      } catch (fault) {
        this.#waiting.delete(id)
        end()
        const hint = 'pass plain data, typed arrays, files and streams'
        const data = { kind: 'invalid_argument', code: 'malformed_value', message: 'a value cannot go to a worker', path: '', hint }
        reject(new OmnicontactError(data, fault))
      }
    })
  }

  /** Runs an operation on plain data. */
  call(operation, options, given, work) {
    return this.ask('call', [operation, options, given], work)
  }

  /** A dataset in the worker. With `transfer`, the arrays go there without a copy and are gone here. */
  async load(tables, { transfer = false, ...work } = {}) {
    const sent = await movable(tables, work)
    // What was read here is nobody else's.
    const moved = new Set(buffers(transfer ? sent : changed(tables, sent)))
    return new RemoteDataset(this, await this.ask('load', [sent], { ...work, transfer: [...moved] }))
  }

  /** Begins a workspace in the worker. */
  async openWorkspace(settings, { at } = {}) {
    return new RemoteWorkspace(this, (await this.ask('openWorkspace', [settings, { at }])).handle)
  }

  /** The workspace of a snapshot and of the stored events after it, in the worker. */
  async restoreWorkspace(snapshot, request = {}) {
    return new RemoteWorkspace(this, (await this.ask('restoreWorkspace', [snapshot, request])).handle)
  }

  /** Ends the worker; what waits for it is refused. */
  terminate() {
    this.#ended = true
    this.#worker.terminate()
    this.#fail('the worker was ended')
  }
}

/** The tables in a form that goes to a worker: streams are read here, files and blobs there. */
async function movable(tables, work) {
  const sent = { ...tables }
  for (const name of TABLES) {
    const source = tables[name]
    if (isIterated(source)) sent[name] = await collect(source, name, work)
    else if (isIterated(source?.file)) sent[name] = { ...source, file: await collect(source.file, name, work) }
  }
  return sent
}

function changed(tables, sent) {
  return Object.fromEntries(TABLES.filter((name) => sent[name] !== tables[name]).map((name) => [name, sent[name]]))
}

function isIterated(source) {
  return (
    typeof source === 'object' &&
    source !== null &&
    (typeof source[Symbol.asyncIterator] === 'function' ||
      typeof source.getReader === 'function' ||
      typeof source.body?.getReader === 'function')
  )
}

function buffers(value, found = []) {
  if (ArrayBuffer.isView(value)) found.push(value.buffer)
  else if (value instanceof ArrayBuffer) found.push(value)
  else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const inner of Object.values(value)) buffers(inner, found)
  }
  return found.filter((buffer) => buffer instanceof ArrayBuffer)
}

class Remote {
  #client
  #handle

  constructor(client, handle) {
    this.#client = client
    this.#handle = handle
  }

  ask(act, values = [], work) {
    if (this.#handle === null) return Promise.reject(freed('handle'))
    return this.#client.ask(act, [this.#handle, ...values], work)
  }

  get client() {
    return this.#client
  }

  /** Gives the memory in the worker back. */
  free() {
    if (this.#handle === null) return
    this.#client.ask('free', [this.#handle]).catch(() => {})
    this.#handle = null
  }
}
if (Symbol.dispose) Remote.prototype[Symbol.dispose] = Remote.prototype.free

class RemoteDataset extends Remote {
  constructor(client, { handle, ...facts }) {
    super(client, handle)
    Object.assign(this, facts)
  }

  async messagesReport(options, work) {
    return new RemoteReport(this.client, await this.ask('report', ['messages', options], work))
  }

  async contactsReport(options, work) {
    return new RemoteReport(this.client, await this.ask('report', ['contacts', options], work))
  }

  choices(options) {
    return this.ask('choices', [options])
  }
}

class RemoteReport extends Remote {
  constructor(client, { handle, about, heads }) {
    super(client, handle)
    Object.assign(this, about)
    this.components = heads.map((head) => new RemotePart(this, head))
    for (const part of this.components) this[part.component] = part
  }

  component(name) {
    return this.components.find((part) => part.component === name)
  }

  html(options = {}) {
    return this.show({ ...options, format: 'html' })
  }

  show(request) {
    return this.ask('show', [request])
  }
}

class RemotePart {
  #report

  constructor(report, head) {
    this.#report = report
    Object.assign(this, { filters: [], charts: [], total: null, reason: null, date: null }, head)
  }

  outcome() {
    return this.#report.ask('outcome', [this.component])
  }

  async table(table = 'rows') {
    const pieces = await this.#report.ask('table', [this.component, table])
    return tableOf(pieces.filter((column) => column.name !== 'ids'))
  }

  async chart(kind = null) {
    const text = await this.#report.show({ format: 'vega', component: this.component, chart: kind })
    return text === null ? null : JSON.parse(text)
  }

  svg({ kind = null, width = null } = {}) {
    return this.#report.show({ format: 'svg', component: this.component, chart: kind, width })
  }

  async csv(options = {}) {
    return (await this.#report.show({ ...options, format: 'csv', component: this.component })) ?? ''
  }

  /** The page of a log after this one; null after the last. It is a report of its own: free it. */
  async next() {
    const found = await this.#report.ask('next', [this.component])
    return found === null ? null : new RemoteReport(this.#report.client, found)
  }

  /** The whole of a log as one table. */
  async all() {
    return tableOf(await this.#report.ask('all', [this.component]))
  }
}

class RemoteWorkspace extends Remote {
  /** Runs any operation by name. */
  call(operation, options) {
    return super.ask('workspace', [operation, options])
  }

  /** Runs many operations in order: `[operation, options]` each; the first that is refused by an error ends them. */
  callAll(steps) {
    return super.ask('workspaceAll', [steps])
  }

  /** The whole state as bytes. */
  snapshot() {
    return super.ask('snapshot')
  }
}
for (const operation of OPERATIONS) {
  RemoteWorkspace.prototype[camelCase(operation)] = function (options) {
    return this.call(operation, options)
  }
}

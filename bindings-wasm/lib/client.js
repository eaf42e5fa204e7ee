// The library in a worker: the page stays at its frames, whatever is counted.

import { OmnicontactError, cancelled, freed } from '../api/errors.js'
import { TABLES } from '../api/tables.js'
import { listening, workOf } from '../api/later.js'
import { isBuffer, isPlain, known, optionsOf, sendable } from '../api/plain.js'
import { collect } from '../api/streams.js'
import { tableOf } from '../api/table.js'
import { withBodies } from '../api/webhooks.js'
import { OPERATIONS, camelCase } from '../api/workspace.js'
import { moduleAddress } from './address.js'

/** Starts a worker and loads the module in it. */
export async function createWorkerClient(options) {
  const { worker, wasm } = known(options, ['worker', 'wasm'])
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
      // A listener that throws ends the work with its error.
      const fail = (fault) => {
        if (!this.#waiting.delete(id)) return
        this.#worker.postMessage({ id, act: 'cancel' })
        end()
        reject(fault)
      }
      const told = onProgress === undefined ? undefined : listening(onProgress, fail)
      this.#waiting.set(id, { resolve, reject, onProgress: told, end })
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
  async call(operation, options, given, work) {
    return this.ask('call', [String(operation), sendable(withBodies(operation, optionsOf(options))), sendable(given)], workOf(work))
  }

  /** A dataset in the worker. With `transfer`, the arrays go there without a copy and are gone here. */
  async load(tables, options) {
    const { transfer = false, ...rest } = optionsOf(options)
    const work = workOf(rest)
    const { sent, read } = await movable(tables, work)
    // What was read here is nobody else's.
    const moved = new Set(buffers(transfer ? sent : read))
    return new RemoteDataset(this, await this.ask('load', [sent], { ...work, transfer: [...moved] }))
  }

  /** Begins a workspace in the worker. */
  async openWorkspace(settings, options) {
    const { at } = known(options, ['at'])
    return new RemoteWorkspace(this, (await this.ask('openWorkspace', [sendable(settings, 'settings'), { at: sendable(at, 'at') }])).handle)
  }

  /** The workspace of a snapshot and of the stored events after it, in the worker. */
  async restoreWorkspace(snapshot, request = {}) {
    return new RemoteWorkspace(this, (await this.ask('restoreWorkspace', [snapshot, sendable(request)])).handle)
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
  const sent = optionsOf(tables)
  const read = []
  const gathered = async (source, name) => {
    const bytes = await collect(source, name, work)
    read.push(bytes)
    return bytes
  }
  for (const [name, source] of Object.entries(sent)) {
    if (!TABLES.includes(name)) sent[name] = name === 'workspace' ? source : sendable(source, name)
    else if (isIterated(source)) sent[name] = await gathered(source, name)
    else if (isIterated(source?.file)) sent[name] = { ...source, file: await gathered(source.file, name) }
    else if (Array.isArray(source)) sent[name] = sendable(source, name)
    else if (isPlain(source)) sent[name] = sendableTable(source, name)
  }
  return { sent, read }
}

/** Columns, or a file, with what stands beside them; typed arrays, bytes and files go as they are. */
function sendableTable(source, path) {
  const sent = {}
  for (const [key, inner] of Object.entries(source)) {
    const asIs = ArrayBuffer.isView(inner) || isBuffer(inner) || typeof inner?.stream === 'function'
    const deeper = isPlain(inner) && key !== 'options'
    sent[key] = asIs ? inner : deeper ? sendableTable(inner, `${path}.${key}`) : sendable(inner, `${path}.${key}`)
  }
  return sent
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

function buffers(value, found = [], depth = 0) {
  if (ArrayBuffer.isView(value)) found.push(value.buffer)
  else if (isBuffer(value)) found.push(value)
  else if (typeof value === 'object' && value !== null && (depth === 0 || !Array.isArray(value))) {
    for (const inner of Object.values(value)) buffers(inner, found, depth + 1)
  }
  return found.filter(isBuffer)
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
    return new RemoteReport(this.client, await this.ask('report', ['messages', sendable(options)], workOf(work)))
  }

  async contactsReport(options, work) {
    return new RemoteReport(this.client, await this.ask('report', ['contacts', sendable(options)], workOf(work)))
  }

  async choices(options) {
    return this.ask('choices', [sendable(options)])
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

  async html(options) {
    return this.show({ ...optionsOf(options), format: 'html' })
  }

  async show(request) {
    return this.ask('show', [sendable(request)])
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

  async svg(options) {
    const { kind = null, width = null } = known(options, ['kind', 'width'])
    return this.#report.show({ format: 'svg', component: this.component, chart: kind, width })
  }

  async csv(options) {
    return this.#report.ask('csv', [this.component, optionsOf(options)])
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
  async call(operation, options) {
    return super.ask('workspace', [operation, sendable(options)])
  }

  /** Runs many operations in order: `[operation, options]` each; the first that is refused by an error ends them. */
  async callAll(steps) {
    return super.ask('workspaceAll', [Array.from(steps, ([operation, options]) => [operation, sendable(options)])])
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

// The other side of `createWorkerClient`: everything that takes time happens here.

import { Dataset } from '../api/dataset.js'
import { OmnicontactError, cancelled, refused } from '../api/errors.js'
import { call } from '../api/operations.js'
import { Workspace } from '../api/workspace.js'
import { load } from './load.js'

const handles = new Map()
const running = new Map()
let last = 0

function keep(handle) {
  last += 1
  handles.set(last, handle)
  return last
}

function held(id) {
  const handle = handles.get(id)
  if (handle === undefined) throw refused('conflict', 'freed', 'the handle was freed', '', null)
  return handle
}

function shown(report) {
  const heads = report.components.map((part) => part.head)
  const { zone, tzdb_version, rules_version, now, granularity, buckets, filters, policies, notes, locale, period } = report
  const about = { report: report.report, period, zone, tzdb_version, rules_version, now, granularity, buckets, filters, policies, notes, locale }
  return { handle: keep(report), about, heads }
}

const DONE = {
  init: ([source]) => load(source).then(() => undefined),
  call: ([operation, options, given]) => call(operation, options, given),
  load: async ([tables], work) => {
    const data = await Dataset.load(tables, work)
    const { messageCount, eventCount, foldedCount, suspiciousTimes, indexBytes, messageSpan, eventSpan } = data
    return { handle: keep(data), messageCount, eventCount, foldedCount, suspiciousTimes, indexBytes, messageSpan, eventSpan }
  },
  report: ([id, kind, options]) => {
    const data = held(id)
    return shown(kind === 'messages' ? data.messagesReport(options) : data.contactsReport(options))
  },
  choices: ([id, options]) => held(id).choices(options),
  outcome: ([id, component]) => {
    const part = held(id).component(component)
    return component.endsWith('_log') ? part.toJSON().outcome : part.outcome
  },
  show: ([id, request]) => held(id).show(request),
  csv: ([id, component, options]) => held(id).component(component).csv(options),
  table: ([id, component, table]) => held(id).component(component).pieces(table),
  next: ([id, component]) => {
    const page = held(id).component(component).next()
    return page === null ? null : shown(page.owner)
  },
  all: ([id, component]) => held(id).component(component).all().pieces,
  openWorkspace: ([settings, host]) => ({ handle: keep(new Workspace(settings, host)) }),
  restoreWorkspace: ([snapshot, request]) => ({ handle: keep(Workspace.restore(snapshot, request)) }),
  workspace: ([id, operation, options]) => held(id).call(operation, options),
  workspaceAll: ([id, steps]) => {
    const workspace = held(id)
    return steps.map(([operation, options]) => workspace.call(operation, options))
  },
  snapshot: ([id]) => held(id).snapshot(),
  free: ([id]) => {
    handles.get(id)?.free()
    handles.delete(id)
  },
}

/** The memory that an answer can hand over instead of copying. */
function buffers(answer) {
  if (!Array.isArray(answer)) return []
  const found = answer.flatMap((piece) => [piece?.numbers?.buffer, piece?.codes?.buffer, piece?.ends?.buffer, piece?.text?.buffer])
  return found.filter((buffer) => buffer instanceof ArrayBuffer && buffer.byteLength > 0)
}

globalThis.onmessage = async ({ data: { id, act, values } }) => {
  if (act === 'cancel') {
    running.get(id)?.abort()
    return
  }
  const control = new AbortController()
  running.set(id, control)
  try {
    const onProgress = (progress) => globalThis.postMessage({ id, progress })
    const answer = await DONE[act](values, { signal: control.signal, onProgress })
    if (control.signal.aborted) {
      if (answer?.handle !== undefined) DONE.free([answer.handle])
      throw cancelled(control.signal)
    }
    globalThis.postMessage({ id, answer }, { transfer: buffers(answer) })
  } catch (fault) {
    const error =
      fault instanceof OmnicontactError
        ? fault.toJSON()
        : { kind: 'internal', code: 'internal', message: String(fault?.message ?? fault), path: '', hint: null }
    globalThis.postMessage({ id, error })
  } finally {
    running.delete(id)
  }
}

// The same work on a thread of Node's pool, while the event loop goes on.

import { Dataset, dataOf, present } from '../api/dataset.js'
import { watched, workOf } from '../api/later.js'
import { native } from '../api/native.js'
import { requestText } from '../api/operations.js'
import { fromText, toText } from '../api/plain.js'
import { Report } from '../api/report.js'

async function reported(kind, data, options, given = {}) {
  const work = workOf(given)
  const request = present(options)
  const asked = toText(request)
  const owned = !(data instanceof Dataset)
  const dataset = owned ? await Dataset.load(data, work) : dataOf(data).dataset
  try {
    const handle = dataset.handle()
    const found = await watched((watch) => handle.reportLater(kind, asked, watch), work)
    return new Report(found, { dataset, owned, kind, request })
  } catch (fault) {
    if (owned) dataset.free()
    throw fault
  }
}

export const messagesReportAsync = (data, options, work) => reported('messages', data, options, work)
export const contactsReportAsync = (data, options, work) => reported('contacts', data, options, work)

/** Any operation on plain data, by name. */
export async function callAsync(operation, options, given, work) {
  const asked = requestText(operation, options, given)
  return fromText(await watched((watch) => native().callLater(asked, watch), workOf(work)))
}

export const showReportAsync = (data, options, work) => callAsync('show_report', options, data, work)
export const foldMessagesAsync = (options, work) => callAsync('fold_messages', options, undefined, work)
export const connectionsAsync = (options, work) => callAsync('connections', options, undefined, work)
export const importMessagesAsync = (options, work) => callAsync('import_messages', options, undefined, work)
export const importEventsAsync = (options, work) => callAsync('import_events', options, undefined, work)
export const importChannelsAsync = (options, work) => callAsync('import_channels', options, undefined, work)
export const importNamedAsync = (options, work) => callAsync('import_named', options, undefined, work)
export const sampleAsync = (options, work) => callAsync('sample', options, undefined, work)

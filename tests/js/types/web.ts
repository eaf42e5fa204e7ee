// Types of `@omnicontact/web`.

import { fromArrow, fromIpc } from '@omnicontact/web/arrow'
import * as Small from '@omnicontact/web/reports'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import * as web from '@omnicontact/web'
import type * as node from '@omnicontact/node'
import type { Table, WorkerClient } from '@omnicontact/web'

await web.init()
await web.init(readFile(new URL(import.meta.resolve('@omnicontact/web/omnicontact.wasm'))))
const report: web.MessagesReport = web.messagesReport({ messages: [{ id: 1, sent_at: 0, direction: 'incoming', contact: 1 }] }, { zone: 'UTC', now: 0, period: 'today' })
assert.equal(report.incoming_by_channel.total, 1)

// What one package takes and answers, the other does as well.
const tables: node.SampleTables = web.sample({ contacts: 1, messages: 1, days: 1 })
const options: web.ReportOptions = { zone: 'UTC' } satisfies node.ReportOptions
assert.ok(tables && options)

async function page(client: WorkerClient): Promise<Table | undefined> {
  const data = await client.load({ messages: new Blob(['']) }, { transfer: true, onProgress: ({ rows }) => rows.toFixed() })
  const found = await data.messagesReport({ zone: 'UTC' })
  const outcome = await found.delivery?.outcome()
  if (outcome?.state === 'data' && 'funnel' in outcome) outcome.funnel.sent.toFixed()
  // @ts-expect-error parts in a worker are waited for
  found.delivery?.table().length
  return found.component('incoming_log')?.table()
}
async function remote(client: import('@omnicontact/web').WorkerClient) {
  const workspace = await client.openWorkspace({ zone: 'UTC' }, { at: 0 })
  const { total, contacts } = await workspace.contactsPage({ zone: 'UTC', now: 0, search: 'ana' })
  const { outcome } = await workspace.execute({ command: { add_contact: { profile: { name: 'Ana' } } } })
  const found = await workspace.call('search_contacts', { query: 'ana' })
  // @ts-expect-error no such operation
  await workspace.call('find', {})
  // @ts-expect-error a query is needed
  await workspace.searchContacts({})
  return [total, contacts[0], outcome.kind, found.hits[0]?.highlights[0]?.ranges] as const
}
assert.equal(typeof remote, 'function')
assert.equal(typeof fromArrow, 'function')
// @ts-expect-error rows are no Arrow table
void (() => fromArrow([{ id: 1 }]))
void (async () => new Small.Dataset({ messages: await fromIpc(new Uint8Array(), { naive_times: 'utc', columns: { id: 'key' } }) }))
assert.equal(typeof page, 'function')
console.log('types of the web package hold')

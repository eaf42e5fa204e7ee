// What only Node has: work off the event loop, two module systems, packages by platform.

import assert from 'node:assert/strict'
import { createReadStream, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import * as oc from '@omnicontact/node'

const common = createRequire(import.meta.url)('@omnicontact/node')
const tables = oc.sample({ contacts: 500, messages: 20_000, days: 60 })
const ASKED = { zone: 'America/Guayaquil', now: '2026-07-01T05:00:00Z' }

test('both module systems share their classes', () => {
  assert.equal(common.Dataset, oc.Dataset)
  assert.equal(common.OmnicontactError, oc.OmnicontactError)
  assert.deepEqual(Object.keys(common).sort(), Object.keys(oc).filter((name) => !['default', 'module.exports'].includes(name)).sort())
})

test('asynchronous answers are the synchronous ones', async () => {
  const data = new oc.Dataset(tables)
  const [messages, contacts] = await Promise.all([oc.messagesReportAsync(data, ASKED), oc.contactsReportAsync(data, ASKED)])
  assert.deepEqual(messages.toJSON(), data.messagesReport(ASKED).toJSON())
  assert.deepEqual(contacts.toJSON(), data.contactsReport(ASKED).toJSON())
  assert.deepEqual(await oc.callAsync('day_of', { zone: 'UTC', at: 0 }), { date: '1970-01-01' })
  assert.deepEqual(await oc.sampleAsync({ contacts: 5, messages: 9, days: 2 }), oc.sample({ contacts: 5, messages: 9, days: 2 }))
  const report = await oc.messagesReportAsync(tables, ASKED)
  assert.ok(report.incoming_log.next() === null || report.incoming_log.total_rows > 10_000)
})

test('the event loop goes on while a thread works', async () => {
  const big = JSON.stringify(Array.from({ length: 200_000 }, (_, id) => ({ id, sent_at: 1e12 + id, direction: 'incoming', contact: id % 99 })))
  let turns = 0
  const timer = setInterval(() => { turns += 1 }, 2)
  const data = await oc.Dataset.load({ messages: Buffer.from(big) })
  clearInterval(timer)
  assert.equal(data.messageCount, 200_000)
  assert.ok(turns >= 3, `${turns} turns`)
})

test('streams of files, with progress', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'omnicontact-')), 'messages.ndjson')
  writeFileSync(path, tables.messages.map((row) => JSON.stringify(row)).join('\n'))
  const told = []
  const data = await oc.Dataset.load({ ...tables, messages: createReadStream(path) }, { onProgress: (progress) => told.push(progress) })
  assert.equal(data.messageCount, new oc.Dataset(tables).messageCount)
  assert.ok(told.some(({ rows }) => rows > 0), 'no rows were told')
  assert.equal(Math.max(...told.map(({ bytes }) => bytes)), readFileSync(path).length)
})

test('a signal ends work, before it begins and while it runs', async () => {
  const ended = { name: 'OmnicontactError', kind: 'cancelled', code: 'cancelled' }
  const data = new oc.Dataset(tables)
  await assert.rejects(oc.messagesReportAsync(data, ASKED, { signal: AbortSignal.abort() }), ended)
  const control = new AbortController()
  const lines = `${'{"id":1,"sent_at":0,"direction":"incoming","contact":1}\n'.repeat(400_000)}`
  const work = oc.Dataset.load({ messages: lines }, { signal: control.signal })
  setTimeout(() => control.abort(new Error('enough')), 5)
  await assert.rejects(work, (error) => {
    assert.equal(error.code, 'cancelled')
    assert.equal(error.cause.message, 'enough')
    return true
  })
  assert.ok((await oc.messagesReportAsync(data, ASKED)).delivery.state === 'data')
})

test('errors of threads are those of the event loop', async () => {
  await assert.rejects(oc.Dataset.load({ messages: 'id,sent_at\n' }), { code: 'missing_column' })
  await assert.rejects(oc.messagesReportAsync({}, { zone: 'x', now: 0 }), { code: 'unknown_zone', path: 'zone' })
  await assert.rejects(oc.messagesReportAsync({ messages: 7 }, ASKED), { code: 'malformed_value', path: 'messages' })
})

test('a dataset may be freed while a thread reads it', async () => {
  const data = new oc.Dataset(tables)
  const work = oc.messagesReportAsync(data, ASKED)
  data.free()
  assert.equal((await work).report, 'messages')
})

test('every target has a package of its own', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../bindings-node/npm/main/package.json'), 'utf8'))
  assert.equal(Object.keys(manifest.optionalDependencies).length, manifest.napi.targets.length)
  assert.ok(!manifest.files.some((file) => file.includes('.node')))
  const own = JSON.parse(readFileSync(join(import.meta.dirname, 'node_modules/@omnicontact', `node-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`, 'package.json'), 'utf8'))
  assert.deepEqual([own.os, own.cpu], [[process.platform], [process.arch]])
})

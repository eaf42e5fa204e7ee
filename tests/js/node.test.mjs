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

test('bodies of webhooks are bytes on a thread, too', async () => {
  const body = new TextEncoder().encode('{"destination":"U1","events":[]}')
  const asked = (body) => ({ webhooks: [{ provider: 'line', body }] })
  const read = oc.readWebhooks(asked(body))
  assert.deepEqual(await oc.callAsync('read_webhooks', asked(body)), read)
  assert.deepEqual(oc.readWebhooks(new Map(Object.entries(asked(body)))), read)
  const broken = oc.readWebhooks(asked(Uint8Array.of(0x63, 0xe9)))
  assert.equal(broken.readings[0].errors[0].code, 'invalid_utf8')
  assert.deepEqual(await oc.callAsync('read_webhooks', asked(Uint8Array.of(0x63, 0xe9))), broken)
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

const people = (count, from = 0) => Array.from({ length: count }, (_, row) => ({ name: `c${from + row}` }))

/** What work rejects with, or what it gives. */
const ended = (work) => work.then((answer) => ({ answer }), (error) => ({ error }))

test('a signal that ends work on many contacts leaves what was done, and its answers', async () => {
  const workspace = new oc.Workspace({ zone: 'UTC' })
  const total = 60_000
  const added = await workspace.callAsync('import_contacts', { rows: people(total) })
  assert.equal(added.stopped, null)
  const contacts = added.items.map(({ contact }) => contact)
  const action = { tag: ['vip'] }
  const control = new AbortController()
  const work = workspace.callAsync('bulk', { contacts, action }, { signal: control.signal })
  setTimeout(() => control.abort(new Error('enough')), 20)
  const { error, answer } = await ended(work)
  // On a machine that is through with it before the signal comes, all is done and nothing is lost either.
  const done = error === undefined ? answer : (error.answer ?? { items: [], stopped: null })
  if (error !== undefined) {
    assert.equal(error.kind, 'cancelled')
    assert.equal(error.cause.message, 'enough')
    if (error.answer !== null) {
      assert.equal(error.answer.stopped.code, 'cancelled')
      assert.ok(done.items.length < total)
      assert.equal(done.to - done.from + 1, done.items.length)
    }
  }
  assert.ok(done.items.every(({ kind }) => kind === 'edited'))
  assert.equal(workspace.tags().tags.vip ?? 0, done.items.length)
  const rest = await workspace.callAsync('bulk', { contacts: contacts.slice(done.items.length), action })
  assert.equal(rest.items.length + done.items.length, total)
  assert.equal(workspace.tags().tags.vip, total)
})

test('a signal between two looks at it ends an import there', async () => {
  const workspace = new oc.Workspace({ zone: 'UTC' })
  const control = new AbortController()
  const rows = people(400_000)
  const work = workspace.callAsync('import_contacts', { rows }, { signal: control.signal, onProgress: ({ done }) => done > 0 && control.abort() })
  const { error } = await ended(work)
  assert.equal(error?.code, 'cancelled')
  const { items, stopped, from, to } = error.answer
  assert.ok(items.length > 0 && items.length < rows.length && items.length % 256 === 0, `${items.length}`)
  assert.equal(stopped.message, `stopped after ${items.length} of ${rows.length}`)
  assert.equal(workspace.about().contacts, items.length)
  assert.equal(to - from + 1, items.length)
  const events = []
  for (let next = 1; next !== null; ) {
    const page = workspace.events({ from: next })
    events.push(...page.events)
    next = page.next
  }
  assert.deepEqual(oc.Workspace.replay({ events }).snapshot(), workspace.snapshot())
})

test('a signal that comes too late, or before its turn, leaves nothing in between', async () => {
  const workspace = new oc.Workspace({ zone: 'UTC' })
  for (let round = 0; round < 20; round += 1) {
    const before = workspace.about().contacts
    const control = new AbortController()
    const work = workspace.callAsync('execute', { command: { add_contact: { profile: { name: 'Ana' } } } }, { signal: control.signal })
    if (round % 2 === 0) control.abort()
    else setTimeout(() => control.abort(), 0)
    const { error, answer } = await ended(work)
    if (error !== undefined) assert.deepEqual([error.code, error.answer], ['cancelled', null])
    assert.equal(workspace.about().contacts - before, error === undefined ? 1 : 0, `${answer}`)
  }
  // What waits for other work on the same workspace is not begun.
  const long = workspace.callAsync('import_contacts', { rows: people(60_000) })
  const control = new AbortController()
  const queued = workspace.callAsync('import_contacts', { rows: people(1000) }, { signal: control.signal })
  control.abort()
  assert.equal((await ended(queued)).error.answer, null)
  assert.equal((await long).items.length, 60_000)
})

test('a listener that throws ends the work with its error, and not the process', async () => {
  const lines = '{"id":1,"sent_at":0,"direction":"incoming","contact":1}\n'.repeat(400_000)
  const mine = new TypeError('mine')
  for (const onProgress of [() => { throw mine }, async () => { throw mine }]) {
    await assert.rejects(oc.Dataset.load({ messages: lines }, { onProgress }), mine)
    const workspace = new oc.Workspace({ zone: 'UTC' })
    const { error } = await ended(workspace.callAsync('import_contacts', { rows: people(100_000) }, { onProgress }))
    assert.equal(error, mine)
    // What was done stays, and the error says what it was.
    assert.ok(workspace.about().contacts <= 100_000)
  }
  const workspace = new oc.Workspace({ zone: 'UTC' })
  const fault = new Error('enough')
  await ended(workspace.callAsync('import_contacts', { rows: people(100_000) }, { onProgress: () => { throw fault } }))
  assert.equal(fault.answer.items.length, workspace.about().contacts)
})

test('a workspace that is at work says so to its listener', async () => {
  const workspace = new oc.Workspace({ zone: 'UTC' })
  const told = []
  const onProgress = () => {
    for (const act of [() => workspace.about(), () => workspace.snapshot(), () => workspace.execute({ command: { add_contact: { profile: { name: 'Ana' } } } })]) {
      try { act() } catch (error) { told.push(error.code) }
    }
  }
  await workspace.callAsync('import_contacts', { rows: people(1000) }, { onProgress })
  assert.ok(told.length >= 3)
  assert.ok(told.every((code) => code === 'busy'), String(told))
  assert.equal(workspace.about().contacts, 1000)
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

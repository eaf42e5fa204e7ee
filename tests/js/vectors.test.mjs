// All vectors, with both packages: as plain data, through handles, as bytes, as columns, in parts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packages } from './packages.mjs'
import { difference, shown, vectors } from './vectors.mjs'

const PLAIN = vectors('time', 'classify', 'wire')
const REPORTS = vectors('reports')
/** Policies of the dataset, which plain calls may give beside those of the report. */
const OF_DATASET = ['untracked', 'own_app_ids', 'instagram_tags', 'human_agent_as_session']

function check(api, vector, run) {
  if (vector.expect_error === undefined) {
    const found = run()
    const seen = vector.call.operation.endsWith('s_report') ? shown(found) : found
    assert.equal(difference(vector.expect, seen), null)
    return
  }
  assert.throws(run, (error) => {
    assert.ok(error instanceof api.OmnicontactError, String(error))
    const { kind, code, path } = error
    assert.deepEqual({ kind, code, path }, vector.expect_error)
    return true
  })
}

/** Options of the dataset and of the report. */
function split(options) {
  const { policies = {}, ...rest } = options
  const of = { classify: {} }
  const kept = {}
  for (const [key, value] of Object.entries(policies)) {
    if (OF_DATASET.includes(key)) of.classify[key] = value
    else if (key === 'derive_connections') of.derive_connections = value
    else kept[key] = value
  }
  return { of, report: { ...rest, policies: kept } }
}

const METHODS = { messages_report: 'messagesReport', contacts_report: 'contactsReport' }
const PARTIALS = { messages_report: 'messagesPartial', contacts_report: 'contactsPartial' }
const TABLES = ['messages', 'events', 'contacts', 'channels', 'users', 'teams', 'broadcasts']

/** The request with a clock: the one thing that handles read by themselves. */
const timed = REPORTS.filter((vector) => 'now' in vector.call.options)

function withDataset(api, tables, use) {
  const data = new api.Dataset(tables)
  try {
    return use(data)
  } finally {
    data.free()
  }
}

function read(report) {
  const found = report.toJSON()
  report.free()
  return found
}

for (const { name, api } of packages) {
  for (const vector of [...PLAIN, ...REPORTS]) {
    test(`${name}: plain data: ${vector.room}/${vector.name}`, () => {
      check(api, vector, () => api.call(vector.call.operation, vector.call.options, vector.given))
    })
  }

  for (const vector of timed) {
    const method = METHODS[vector.call.operation]
    test(`${name}: rows: ${vector.name}`, () => {
      const { of, report } = split(vector.call.options)
      check(api, vector, () =>
        withDataset(api, { ...vector.given, options: of }, (data) => read(data[method](report))),
      )
    })

    test(`${name}: bytes: ${vector.name}`, () => {
      const { of, report } = split(vector.call.options)
      const bytes = Object.fromEntries(
        TABLES.filter((table) => vector.given?.[table]).map((table) => [
          table,
          new TextEncoder().encode(JSON.stringify(vector.given[table])),
        ]),
      )
      check(api, vector, () =>
        withDataset(api, { ...vector.given, ...bytes, options: of }, (data) => read(data[method](report))),
      )
    })
  }

  for (const vector of timed.filter((found) => found.rules.includes('P12'))) {
    test(`${name}: in parts: ${vector.name}`, () => {
      const { of, report } = split(vector.call.options)
      const part = (place) => {
        const third = (rows) => rows?.filter((_, row) => row % 3 === place)
        const { messages, events, ...rest } = vector.given ?? {}
        const tables = { ...rest, messages: third(messages), events: third(events), options: of }
        const found = withDataset(api, tables, (data) => data[PARTIALS[vector.call.operation]](report))
        return api.PartialReport.fromBytes(found.toBytes())
      }
      check(api, vector, () => read(part(2).merge(part(0), part(1)).finish()))
    })
  }

  // What columns cannot hold: errors of rows, how many rows were folded, and facts, of which a note speaks.
  const ofFacts = ({ expect }) => expect.report?.notes?.includes('templates_without_channels') ?? false
  const columnar = timed.filter((vector) => vector.expect_error === undefined && !vector.rules.includes('D10') && !ofFacts(vector))
  for (const vector of columnar) {
    test(`${name}: columns: ${vector.name}`, () => {
      const { of, report } = split(vector.call.options)
      const given = { ...vector.given, options: of }
      if (given.messages) given.messages = messageColumns(api, given)
      if (given.events?.length) given.events = eventColumns(given.events)
      check(api, vector, () => withDataset(api, given, (data) => read(data[METHODS[vector.call.operation]](report))))
    })
  }
}

/** The rows as columns: folded and classified before, as whoever hands over columns does. */
function messageColumns(api, { messages, channels = [], options }) {
  const kinds = new Map(channels.map(({ id, kind }) => [id, kind]))
  const policy = options.classify
  const rows = api.foldMessages({ messages }).messages.map((row) => {
    const { id, sent_at, direction, contact, channel, broadcast, content } = row
    const found = { id, sent_at, direction, contact, channel, broadcast, content }
    if (direction !== 'outgoing') return found
    const { source, type, subtype } = api.classifyMessage({
      message: row,
      channel_kind: kinds.get(channel) ?? null,
      policy,
    })
    const life = api.deliveryStatus({ sent_at, history: row.delivery ?? null, untracked: policy.untracked ?? 'sent' })
    const accepted_at = life.sent_at ?? (life.accepted ? sent_at : null)
    const { status, delivered_at, read_at, failed_at, error_code, error } = life
    const of = { status, delivered_at, read_at, failed_at, error_code, error, accepted_at }
    return { ...found, user: row.user, team: row.team, source, type, subtype, ...of }
  })
  return columns(rows, api.vocabulary().columns.messages, ['sent_at', 'accepted_at', 'delivered_at', 'read_at', 'failed_at'])
}

function eventColumns(rows) {
  const names = ['at', 'kind', 'contact', 'name', 'secondary', 'source', 'channel', 'user']
  if (rows.every((row) => row.sequence != null)) names.push('sequence')
  return columns(rows, names, ['at'])
}

/** Times as typed arrays, words as codes, ids and texts as lists: the three forms of a column. */
function columns(rows, names, times) {
  const found = {}
  for (const name of names) {
    const values = rows.map((row) => row[name] ?? null)
    if (times.includes(name)) {
      found[name] = Float64Array.from(values, (at) => (at === null ? Number.NaN : Number(new Date(at))))
    } else if (['direction', 'kind', 'source', 'type', 'channel'].includes(name)) {
      const list = [...new Set(values.filter((value) => value !== null))]
      found[name] = { codes: Int16Array.from(values, (value) => (value === null ? -1 : list.indexOf(value))), values: list }
    } else {
      found[name] = values
    }
  }
  return found
}

test('every operation has a vector, and there are many', () => {
  const called = new Set([...PLAIN, ...REPORTS].map((vector) => vector.call.operation))
  for (const { call } of vectors('contacts', 'workspace', 'find')) called.add(call.operation)
  for (const operation of packages[0].api.vocabulary().operations) assert.ok(called.has(operation), operation)
  assert.ok(PLAIN.length > 200 && timed.length > 120, `${PLAIN.length} and ${timed.length}`)
})

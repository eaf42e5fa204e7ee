// Real tables of apache-arrow: every type that goes in, with nulls, in several batches, as bytes; and what is refused.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as arrow from 'apache-arrow'
import { packages } from './packages.mjs'

const START = Date.parse('2026-07-01T12:00:00Z')
const asked = { zone: 'UTC', now: START + 86_400_000, period: 'all_time' }

const vector = (values, type) => arrow.vectorFromArray(values, type)
/** Numbers of 64 bits as they lie in memory; null where missing. */
function raw(values, type) {
  const bits = new Uint8Array(Math.ceil(values.length / 8))
  for (const [row, value] of values.entries()) if (value !== null) bits[row >> 3] |= 1 << (row & 7)
  const data = BigInt64Array.from(values, (value) => value ?? 0n)
  return new arrow.Vector([arrow.makeData({ type, length: values.length, data, nullBitmap: bits, nullCount: values.filter((value) => value === null).length })])
}
const words = (values) => vector(values, new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()))
const utc = (type) => { type.timezone = 'UTC'; return type }

/** Three messages; `more` replaces or adds columns. */
function messages(more = {}) {
  return new arrow.Table({
    id: vector([1n, 2n, 3n], new arrow.Int64()),
    sent_at: vector([START, START + 60_000, START + 120_000].map(BigInt), utc(new arrow.TimestampMillisecond())),
    direction: words(['incoming', 'outgoing', 'outgoing']),
    contact: vector([7, 7, 8], new arrow.Int32()),
    channel: words(['wa', null, 'fb']),
    source: words([null, 'user', 'bot']),
    user: vector([null, 5, null], new arrow.Uint16()),
    content: vector(['ol\u00e1', null, '\u{1f600} ok'], new arrow.Utf8()),
    delivered_at: vector([null, BigInt(START + 90_000), null], utc(new arrow.TimestampMillisecond())),
    ...more,
  })
}

for (const { name, api } of packages) {
  const { fromArrow, fromIpc } = await import(`@omnicontact/${name}/arrow`)
  const rows = [
    { id: 1, sent_at: START, direction: 'incoming', contact: 7, channel: 'wa', content: 'ol\u00e1' },
    { id: 2, sent_at: START + 60_000, direction: 'outgoing', contact: 7, source: 'user', user: 5, delivery: [{ status: 'delivered', at: START + 90_000 }] },
    { id: 3, sent_at: START + 120_000, direction: 'outgoing', contact: 8, channel: 'fb', source: 'bot', content: '\u{1f600} ok' },
  ]
  const told = (tables) => {
    const report = new api.Dataset(tables).messagesReport(asked)
    return JSON.parse(JSON.stringify(['incoming_by_channel', 'outgoing_by_source', 'outgoing_by_channel', 'outgoing_log', 'incoming_log'].map((part) => report[part])))
  }
  const refused = (work, code, path) => assert.throws(work, (error) => {
    assert.ok(error instanceof api.OmnicontactError, String(error))
    assert.deepEqual([error.code, error.path, typeof error.hint], [code, path, 'string'])
    return true
  })

  test(`${name}: a table gives the report of its rows`, () => {
    const expected = told({ messages: rows })
    assert.deepEqual(told({ messages: fromArrow(messages()) }), expected)
    assert.equal(expected[3].outcome.columns.content[0], '\u{1f600} ok')
  })

  test(`${name}: a stream and a file of Arrow IPC, and a record batch`, async () => {
    const expected = told({ messages: fromArrow(messages()) })
    for (const format of ['stream', 'file']) assert.deepEqual(told({ messages: await fromIpc(arrow.tableToIPC(messages(), format)) }), expected, format)
    assert.deepEqual(told({ messages: fromArrow(messages().batches[0]) }), expected)
    await assert.rejects(fromIpc(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])), (error) => error instanceof api.OmnicontactError && error.code === 'invalid_value')
  })

  test(`${name}: several batches, whose dictionaries differ, and slices`, () => {
    const one = messages()
    const other = messages({ id: vector([4n, 5n, 6n], new arrow.Int64()), channel: words(['tg', 'wa', 'tg']) })
    const both = one.concat(other)
    const counted = (found) => new api.Dataset({ messages: fromArrow(found) }).messagesReport(asked).outgoing_by_channel.outcome.rows.map(({ key, count }) => [key, count])
    assert.deepEqual(Object.fromEntries(counted(both)), { fb: 1, null: 1, wa: 1, tg: 1 })
    assert.deepEqual(Object.fromEntries(counted(both.slice(2, 5))), { fb: 1, wa: 1 })
    assert.equal(new api.Dataset({ messages: fromArrow(both.slice(1, 4)) }).messageCount, 3)
  })

  test(`${name}: timestamps of every unit, before 1970 cut downwards, and dates`, () => {
    const expected = told({ messages: fromArrow(messages()) })
    const times = [START, START + 60_000, START + 120_000].map(BigInt)
    for (const [type, times_of] of [
      [new arrow.TimestampSecond(), (at) => at / 1000n],
      [new arrow.TimestampMicrosecond(), (at) => at * 1000n + 999n],
      [new arrow.TimestampNanosecond(), (at) => at * 1_000_000n + 999_999n],
    ]) {
      assert.deepEqual(told({ messages: fromArrow(messages({ sent_at: raw(times.map(times_of), utc(type)) })) }), expected, String(type))
    }
    const columns = fromArrow(new arrow.Table({ at: raw([-1n, null, 1_000_000n], utc(new arrow.TimestampNanosecond())) })).columns
    assert.deepEqual([...columns.at], [-1, NaN, 1])
    const days = fromArrow(new arrow.Table({ a: vector([new Date('2026-07-01T00:00:00Z'), null], new arrow.DateDay()), b: vector([new Date(START), null], new arrow.DateMillisecond()) })).columns
    assert.deepEqual([[...days.a], [...days.b]], [[Date.parse('2026-07-01'), NaN], [START, NaN]])
    const naive = messages({ sent_at: vector(times, new arrow.TimestampMillisecond()) })
    refused(() => fromArrow(naive), 'invalid_value', 'sent_at')
    assert.deepEqual(told({ messages: fromArrow(naive, { naive_times: 'utc' }) }), expected)
  })

  test(`${name}: integers of every width, with nulls, and beyond what numbers hold`, () => {
    for (const type of [new arrow.Int8(), new arrow.Uint8(), new arrow.Int16(), new arrow.Uint32(), new arrow.Float64(), new arrow.Float32()]) {
      const found = new api.Dataset({ messages: fromArrow(messages({ user: vector([null, 5, null], type) })) }).messagesReport({ ...asked, filters: { user: [5] } })
      assert.equal(found.outgoing_by_source.total, 1, String(type))
    }
    const big = 2n ** 63n + 1n
    const ids = fromArrow(messages({ id: vector([1n, null, 3n], new arrow.Int64()), contact: vector([7n, big, big], new arrow.Uint64()) }))
    assert.deepEqual(ids.columns.id, [1n, null, 3n])
    const data = new api.Dataset({ messages: fromArrow(messages({ contact: vector([7n, big, big], new arrow.Uint64()) })) })
    assert.equal(data.messagesReport({ ...asked, filters: { contact: [big] } }).outgoing_by_source.total, 2)
  })

  test(`${name}: other tables, flags, and columns under other names`, () => {
    const channels = new arrow.Table({ id: words(['wa', 'fb']), kind: words(['whatsapp', 'facebook']), name: vector(['WhatsApp', null], new arrow.Utf8()), removed: vector([false, true], new arrow.Bool()) })
    const contacts = new arrow.Table({ kunde: vector([7, 8], new arrow.Int32()), name: vector(['Ana', 'Bo'], new arrow.Utf8()), rest: vector([1.5, 2.5], new arrow.Float64()) })
    const data = new api.Dataset({ messages: fromArrow(messages()), channels: fromArrow(channels), contacts: fromArrow(contacts, { columns: { id: 'kunde' }, ignored_columns: ['rest'] }) })
    const report = data.messagesReport(asked)
    assert.deepEqual(report.outgoing_log.columns.contact_name, ['Bo', 'Ana'])
    assert.ok(report.incoming_by_channel.outcome.rows.some(({ label }) => label === 'WhatsApp'))
    const nothing = fromArrow(new arrow.Table({ id: vector([1], new arrow.Int32()), none: vector([null], new arrow.Null()) })).columns
    assert.deepEqual(Object.keys(nothing).filter((key) => nothing[key] !== undefined), ['id'])
  })

  test(`${name}: what is no table, and types that nobody reads`, () => {
    for (const wrong of [null, undefined, [], {}, new Uint8Array(8), 'x']) refused(() => fromArrow(wrong), 'malformed_value', '')
    refused(() => fromArrow(new arrow.Table({ a: vector([[1]], new arrow.List(new arrow.Field('x', new arrow.Int32()))) })), 'invalid_value', 'a')
    refused(() => fromArrow(new arrow.Table({ b: vector([1], new arrow.Dictionary(new arrow.Float64(), new arrow.Int32())) })), 'invalid_value', 'b')
    assert.throws(() => new api.Dataset({ messages: fromArrow(messages({ colour: vector([1, 2, 3], new arrow.Int32()) })) }), (error) => error.code === 'unknown_column' && error.path === 'messages.colour')
  })
}

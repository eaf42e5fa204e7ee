// What both packages do beyond the vectors: handles, values of JavaScript, tables, logs, pages.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packages } from './packages.mjs'

const NOW = '2026-07-01T05:00:00Z'
const ASKED = { zone: 'America/Guayaquil', now: NOW, period: 'last_30_days' }

function row(fields = {}) {
  return { id: 1, sent_at: '2026-07-01T10:00:00Z', direction: 'incoming', contact: 'ana', channel: 'web', ...fields }
}

function today(fields = {}) {
  return { zone: 'UTC', now: '2026-07-01T12:00:00Z', period: 'today', ...fields }
}

test('both packages export the same, but for what only one of them can do', () => {
  const [node, web] = packages.map(({ api }) => new Set(Object.keys(api)))
  const only = (one, other) => [...one].filter((name) => !other.has(name) && name !== 'default')
  assert.ok(only(node, web).every((name) => name.endsWith('Async')), String(only(node, web)))
  assert.deepEqual(only(web, node).sort(), ['createWorkerClient', 'hasSimd', 'init', 'initSync'])
})

test('both packages answer with the same bytes', () => {
  const tables = packages[0].api.sample({ contacts: 200, messages: 2000, days: 60 })
  const [one, other] = packages.map(({ api }) => {
    const data = new api.Dataset(api.sample({ contacts: 200, messages: 2000, days: 60 }))
    assert.deepEqual(api.sample({ contacts: 200, messages: 2000, days: 60 }), tables)
    const found = ['messagesReport', 'contactsReport'].map((method) => {
      const report = data[method]({ ...ASKED, compare: true, distinct_contacts: true, locale: 'pt' })
      const texts = ['json', 'html', 'text'].map((format) => report.show({ format }))
      const tables = report.components.flatMap((part) => [part.csv(), part.svg(), JSON.stringify(part.chart())])
      return [...texts, ...tables]
    })
    const partial = data.messagesPartial(ASKED).toBytes()
    return [...found, Buffer.from(partial).toString('hex')]
  })
  assert.deepEqual(one, other)
})

for (const { name, api } of packages) {
  const { Dataset, OmnicontactError, messagesReport, contactsReport } = api

  test(`${name}: every operation has a function in camel case`, () => {
    for (const operation of api.vocabulary().operations) {
      const camel = operation.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase())
      assert.equal(typeof api[camel], 'function', camel)
    }
    assert.deepEqual(api.dayOf({ zone: 'Pacific/Apia', at: '2011-12-30T10:00:00Z' }), { date: '2011-12-31' })
    assert.deepEqual(api.call('day_of', { zone: 'UTC', at: 0 }), { date: '1970-01-01' })
  })

  test(`${name}: a report has every part under its name`, () => {
    const report = messagesReport({ messages: [row()] }, today())
    const { components } = api.vocabulary()
    const names = components.filter((part) => part.report === 'messages').map((part) => part.component)
    assert.deepEqual(report.components.map((part) => part.component), names)
    for (const component of names) assert.equal(report[component], report.component(component))
    assert.equal(report.incoming_by_channel.total, 1)
    assert.equal(report.incoming_by_channel.outcome.rows[0].key, 'web')
    assert.equal(report.start.toISOString(), '2026-07-01T00:00:00.000Z')
    assert.throws(() => report.overview, { code: 'unknown_label', path: 'component' })
    assert.deepEqual(JSON.parse(JSON.stringify(report)), JSON.parse(report.show({ format: 'json' })))
    assert.deepEqual([...report].length, names.length)
    const other = contactsReport({ messages: [row()] }, today())
    assert.equal(other.connected_by_channel.total, 1)
  })

  test(`${name}: dates, bigints and sets go in as what they are`, () => {
    const messages = [
      row({ id: 2n ** 63n, sent_at: new Date('2026-07-01T10:00:00Z'), contact: 18446744073709551615n, user: 7n }),
      row({ id: 7n, sent_at: { epochMilliseconds: Date.parse('2026-07-01T09:00:00Z') } }),
    ]
    const report = messagesReport({ messages }, { ...today(), now: new Date('2026-07-01T12:00:00Z'), filters: { channel: new Set(['web']) } })
    assert.deepEqual(report.incoming_log.ids, [9223372036854775808n, 7])
    assert.deepEqual(report.incoming_log.columns.contact_id, [18446744073709551615n, 'ana'])
    assert.equal(report.toJSON().components.find((part) => part.component === 'incoming_log').outcome.ids[0], 9223372036854775808n)
    assert.deepEqual(report.incoming_log.table().column('timestamp').dates[0], new Date('2026-07-01T10:00:00Z'))
    const wide = messagesReport({ messages: [row({ contact: { uuid: '018f4e3c-0000-7000-8000-000000000001' } })] }, today())
    assert.equal(wide.incoming_log.row(0).contact_id, '018f4e3c-0000-7000-8000-000000000001')
  })

  test(`${name}: texts that look like marks or numbers stay texts`, () => {
    const content = 'big:1: "18446744073709551615", \\"12345678901234567890\\" 😀\u0000é'
    const report = messagesReport({ messages: [row({ content, contact: 18446744073709551615n })] }, today())
    assert.equal(report.incoming_log.row(0).content, content)
    assert.equal(report.toJSON().components.find((part) => part.component === 'incoming_log').outcome.columns.content[0], content)
  })

  test(`${name}: columns of every kind`, () => {
    const at = Date.parse('2026-07-01T10:00:00Z')
    const bytes = new TextEncoder().encode('¿Qué?Olá 😀')
    const columns = {
      id: BigInt64Array.of(1n, -(2n ** 60n), 3n),
      sent_at: Float64Array.of(at, at + 1, at + 2),
      direction: { codes: Uint8Array.of(0, 1, 1), values: ['incoming', 'outgoing'] },
      contact: Int32Array.of(5, 5, 6),
      channel: { codes: [0, null, 0], values: ['wa'] },
      user: Float32Array.of(Number.NaN, 7, 8),
      team: ['a', null, undefined],
      source: { codes: Int8Array.of(-1, 0, 0), values: ['user'] },
      delivered_at: BigInt64Array.of(-(2n ** 63n), BigInt(at + 10), -(2n ** 63n)),
      content: { bytes, ends: Uint32Array.of(7, bytes.length, bytes.length) },
    }
    const data = new Dataset({ messages: columns })
    assert.equal(data.messageCount, 3)
    const report = data.messagesReport(today())
    assert.deepEqual(report.incoming_log.columns.content, ['¿Qué?'])
    assert.deepEqual(report.outgoing_log.ids, [3, -(2n ** 60n)])
    assert.deepEqual(report.outgoing_log.columns.content, [null, 'Olá 😀'])
    assert.deepEqual(report.outgoing_log.columns.user, [8, 7])
    assert.deepEqual(report.outgoing_log.columns.channel, ['wa', null])
    assert.deepEqual(report.outgoing_log.columns.delivered_at, [null, at + 10])
    assert.equal(report.outgoing_by_source.total, 2)
    // Renamed, and from within a longer buffer.
    const renamed = { columns: { ...columns, created: columns.sent_at.subarray(0), sent_at: undefined }, options: { columns: { sent_at: 'created' } } }
    assert.equal(new Dataset({ messages: renamed }).messagesReport(today()).outgoing_by_source.total, 2)
  })

  test(`${name}: a dataset keeps nothing of the arrays that it was made of`, () => {
    const sent_at = Float64Array.of(Date.parse('2026-07-01T10:00:00Z'))
    const data = new Dataset({ messages: { sent_at, direction: ['incoming'], contact: ['ana'] } })
    sent_at[0] = Number.NaN
    assert.equal(data.messagesReport(today()).incoming_by_channel.total, 1)
  })

  test(`${name}: files as bytes and texts`, () => {
    const csv = 'id;created;direction;contact\n1;2026-07-01T10:00:00Z;incoming;ana\n'
    const options = { mapping: { sent_at: 'created' } }
    for (const file of [csv, new TextEncoder().encode(csv), new TextEncoder().encode(csv).buffer, Buffer.from(csv)]) {
      assert.equal(new Dataset({ messages: { file, options } }).messageCount, 1)
    }
    const lines = '{"id":1,"sent_at":0,"direction":"incoming","contact":1}\n'
    assert.equal(new Dataset({ messages: lines }).messageCount, 1)
    assert.equal(new Dataset({ messages: `\ufeff [${lines.trim()}]` }).messageCount, 1)
    assert.equal(new Dataset({ channels: 'id,kind\nwa,whatsapp\n' }).choices({ filter: 'channel' }).choices.length, 1)
  })

  test(`${name}: streams, blobs and responses`, async () => {
    const csv = 'id,sent_at,direction,contact\n1,2026-07-01T10:00:00Z,incoming,ana\n'
    const told = []
    for (const stream of [new Blob([csv]), new Response(csv), new Blob([csv]).stream(), (async function* () { yield csv.slice(0, 9); yield new TextEncoder().encode(csv.slice(9)) })()]) {
      const data = await Dataset.load({ messages: stream, channels: [{ id: 'wa', kind: 'whatsapp' }] }, { onProgress: (progress) => told.push(progress) })
      assert.equal(data.messageCount, 1)
      assert.ok(data instanceof Dataset)
    }
    assert.ok(told.length >= 4 && told.every(({ table, bytes }) => table === 'messages' && bytes > 0), JSON.stringify(told))
    const used = new Response(csv)
    await used.text()
    await assert.rejects(Dataset.load({ messages: used }), { code: 'malformed_value', path: 'messages' })
    await assert.rejects(Dataset.load({ messages: new Response('<h1>Not found</h1>', { status: 404 }) }), { kind: 'invalid_data', code: 'read_failed', path: 'messages', detail: 'the server answered 404' })
    const data = await Dataset.load({ messages: { file: new Blob(['a;b\n']), options: { delimiter: 'semicolon' } } }).catch((error) => error)
    assert.equal(data.code, 'unknown_column')
    const failing = new ReadableStream({ pull() { throw new Error('the line broke') } })
    await assert.rejects(Dataset.load({ messages: failing }), /the line broke/)
    await assert.rejects(Dataset.load({ messages: new Blob([csv]) }, { signal: AbortSignal.abort('enough') }), { code: 'cancelled', kind: 'cancelled' })
  })

  test(`${name}: tables of parts, with names beside keys`, () => {
    const channels = [{ id: 'web', kind: 'web_chat', name: 'Shop' }]
    const messages = [row(), row({ id: 2, direction: 'outgoing', user: 7, source: 'user', type: 'session' })]
    const report = messagesReport({ messages, channels, users: [{ id: 7, name: 'Lucía' }] }, today({ locale: 'es' }))
    const table = report.incoming_by_channel.table()
    assert.deepEqual(table.columns, ['key', 'label', 'count', 'share', 'percent'])
    assert.deepEqual([...table], [{ key: 'web', label: 'Shop', count: 1, share: 1, percent: 100 }])
    assert.deepEqual(report.outgoing_log.row(0).user, 7)
    assert.deepEqual(report.outgoing_log.row(0, { labels: true }).user, 'Lucía')
    assert.equal(report.outgoing_log.row(1), undefined)
    assert.deepEqual([...report.outgoing_log.rows({ labels: true })][0].source, 'Usuario')
    assert.deepEqual(report.delivery.table('funnel').column('count').values, [1, 0, 0])
    assert.equal(report.delivery.table('buckets').length, 5 * 24)
    assert.deepEqual(report.failed_log.table().columns.slice(0, 2), ['timestamp', 'source'])
    assert.equal(report.failed_log.table().length, 0)
    assert.equal(report.incoming_by_channel.csv(), 'key,label,count,share,percent\r\nweb,Shop,1,1,100\r\n')
    assert.match(report.incoming_by_channel.svg({ width: 400 }), /^<svg /)
    assert.match(report.html({ owner: 'Acme' }), /Acme/)
    assert.match(report.text({ width: 60 }), /Shop/)
    for (const part of report) {
      if (part.total === 0) continue
      for (const kind of part.charts) assert.match(part.chart(kind).$schema, /vega-lite/)
    }
    assert.equal(report.failed_log.chart(), null)
  })

  test(`${name}: not applicable and no data are values`, () => {
    const report = messagesReport({ messages: [row()] }, today({ filters: { source: ['user'] } }))
    assert.deepEqual([report.incoming_by_channel.state, report.incoming_by_channel.filters], ['not_applicable', ['source']])
    assert.deepEqual(report.incoming_by_channel.outcome, { state: 'not_applicable', filters: ['source'] })
    assert.deepEqual([report.outgoing_by_type.state, report.outgoing_by_type.reason], ['no_data', 'no_records'])
    assert.deepEqual(report.outgoing_log.columns.content, [])
    const sent = messagesReport({ messages: [row({ direction: 'outgoing' })] }, today({ filters: { source: ['user'] } }))
    assert.deepEqual([sent.outgoing_by_type.state, sent.outgoing_by_type.reason], ['no_data', 'nothing_matched'])
    const before = messagesReport({ messages: [row()] }, today({ period: '2020-01-01..2020-01-02' }))
    assert.equal(before.incoming_by_channel.date, '2026-07-01')
  })

  test(`${name}: logs page by page, and whole`, () => {
    const messages = Array.from({ length: 25 }, (_, id) => row({ id: id === 3 ? 'x' : id, sent_at: Date.parse('2026-07-01T10:00:00Z') + id, channel: `c${id % 3}`, content: id % 5 === 0 ? null : `no ${id} é` }))
    const data = new Dataset({ messages })
    const log = data.messagesReport(today({ logs: { limit: 10 } })).incoming_log
    assert.deepEqual([log.length, log.total_rows, log.truncated], [10, 25, true])
    const pages = [...log.pages()]
    assert.deepEqual(pages.map((page) => page.length), [10, 10, 5])
    assert.equal(pages[2].next(), null)
    const all = log.all()
    assert.equal(all.length, 25)
    assert.deepEqual(pages.flatMap((page) => [...page.rows({ labels: true })]), [...all.rows({ labels: true })])
    assert.deepEqual(pages.flatMap((page) => page.ids), [...Array(25).keys()].reverse().map((id) => (id === 3 ? 'x' : id)))
    const columns = data.messagesReport(today({ logs: { columns: ['content'] } })).incoming_log
    assert.deepEqual(columns.table().columns, ['content'])
    // Without data pages end at once.
    assert.equal(data.messagesReport(today()).outgoing_log.all().length, 0)
  })

  test(`${name}: a log of more than a page of 10,000 in one table`, () => {
    const rows = 23_456
    const at = Date.parse('2026-07-01T00:00:00Z')
    const data = new Dataset({
      messages: {
        id: Uint32Array.from({ length: rows }, (_, id) => id),
        sent_at: Float64Array.from({ length: rows }, (_, id) => at + id),
        direction: { codes: new Uint8Array(rows), values: ['incoming'] },
        contact: Uint16Array.from({ length: rows }, (_, id) => id % 1000),
        channel: { codes: Uint8Array.from({ length: rows }, (_, id) => id % 7), values: [...'abcdefg'] },
        content: Array.from({ length: rows }, (_, id) => `ñ${id}`),
      },
    })
    const all = data.messagesReport(today()).incoming_log.all()
    assert.equal(all.length, rows)
    for (const id of [0, 9999, 10_000, 20_001, rows - 1]) {
      const { contact_id, channel, content, timestamp } = all.row(rows - 1 - id)
      assert.deepEqual([contact_id, channel, content, timestamp], [id % 1000, 'abcdefg'[id % 7], `ñ${id}`, at + id])
    }
  })

  test(`${name}: partials merge and travel`, () => {
    const parts = [1, 2, 3].map((id) => new Dataset({ messages: [row({ id })] }).messagesPartial(today()))
    const travelled = api.PartialReport.fromBytes(parts[2].toBytes())
    const merged = parts[0].merge(parts[1], travelled)
    assert.equal(merged.kind, 'messages')
    const report = merged.finish()
    assert.equal(report.incoming_by_channel.total, 3)
    assert.equal(parts[0].finish().incoming_by_channel.total, 1)
    assert.equal(parts[0].merge().finish().incoming_by_channel.total, 1)
    assert.throws(() => report.incoming_log.all(), { code: 'missing_option' })
    assert.throws(() => api.PartialReport.fromBytes(Uint8Array.of(1, 2, 3)), { kind: 'corrupt' })
    const other = new Dataset({ messages: [row()] }).messagesPartial(today({ zone: 'Asia/Tokyo' }))
    assert.throws(() => parts[0].merge(other), { code: 'incompatible_partials' })
  })

  test(`${name}: the clock is read where no present is given`, () => {
    const report = messagesReport({ messages: [row({ sent_at: Date.now() - 1000 })] }, { zone: 'UTC', period: 'last_7_days', policies: { include_today: true } })
    assert.ok(Math.abs(report.now - Date.now()) < 60_000)
    assert.equal(report.incoming_by_channel.total, 1)
  })

  test(`${name}: handles give back what they hold, once`, () => {
    const data = new Dataset({ messages: [row()] })
    const report = data.messagesReport(today())
    const total = report.incoming_by_channel.total
    assert.equal(report.incoming_log.length, 1)
    report.free()
    report.free()
    assert.equal(report.isFreed, true)
    assert.deepEqual([report.incoming_by_channel.total, report.incoming_log.length, report.zone], [total, 1, 'UTC'])
    for (const use of [() => report.html(), () => report.delivery.table(), () => report.toJSON()]) {
      assert.throws(use, (error) => error instanceof OmnicontactError && error.kind === 'conflict' && error.code === 'freed')
    }
    const partial = data.messagesPartial(today())
    partial.free()
    assert.throws(() => partial.toBytes(), { code: 'freed' })
    data.free()
    assert.throws(() => data.messagesReport(today()), { code: 'freed' })
    assert.throws(() => data.choices({ filter: 'channel' }), { code: 'freed' })
    if (Symbol.dispose) assert.equal(typeof data[Symbol.dispose], 'function')
  })

  test(`${name}: errors are data`, () => {
    try {
      messagesReport({ messages: [row({ direction: 'sideways' })] }, today())
      assert.fail('accepted')
    } catch (error) {
      assert.ok(error instanceof OmnicontactError && error instanceof Error)
      assert.equal(error.name, 'OmnicontactError')
      assert.match(error.message, /^messages\[0\]\.direction: .*\(allowed: `incoming`, `outgoing`\)$/)
      assert.deepEqual(Object.keys(error.toJSON()), ['kind', 'code', 'message', 'path', 'hint'])
      assert.deepEqual(JSON.parse(JSON.stringify(error)).code, 'invalid_value')
    }
  })
}

// J1, J2, W1, W2: both packages against plain JavaScript, arquero, DuckDB (native, one thread) and duckdb-wasm, on the same
// rows, in one run.
//
//     bash tests/suites/js && cd tests/bench/js && npm install && node --expose-gc --max-old-space-size=8192 run.mjs [rows]
//
// Every contender gives the counts by channel, source and type of each local day of the last 30, and the newest 10,000
// rows of the outgoing log; a time counts only where all totals are the same.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as node from '../../js/node_modules/@omnicontact/node/dist/index.js'
import * as web from '../../js/node_modules/@omnicontact/web/dist/lib/web.js'

const rows = Number(process.argv[2] ?? 1_000_000)
const ZONE = 'America/Guayaquil'
const OFFSET = -5 * 3_600_000
const DAY = 86_400_000
const NOW = Date.parse('2026-07-01T05:00:00Z')
const START = NOW - 30 * DAY
// Engines exchange code for faster code after some calls: medians are those of code in use.
const REPEAT = 15

await web.init()

/** Messages in order of time: 8 channels, 6 sources, 2 types, texts of some length. */
function generated() {
  const channels = ['wa-ventas', 'wa-soporte', 'ig', 'fb', 'tg', 'sms', 'web', 'mail']
  const sources = ['user', 'broadcast', 'workflow', 'bot', 'developer_api', 'ai_agent']
  let state = 42
  const roll = (sides) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * sides) }
  const list = []
  for (let id = 1; id <= rows; id++) {
    const outgoing = roll(100) < 55
    const row = { id, sent_at: START + Math.floor((id * 30 * DAY) / (rows + 1)), direction: outgoing ? 'outgoing' : 'incoming', contact: 70_000 + roll(100_000), channel: channels[Math.min(roll(8), roll(8))], content: `mensaje ${id} ${'lorem ipsum '.repeat(roll(6))}` }
    if (outgoing) Object.assign(row, { source: sources[roll(6)], type: roll(4) === 0 ? 'whatsapp_message_template' : 'session', user: roll(50) })
    list.push(row)
  }
  return new TextEncoder().encode(JSON.stringify(list))
}

function timed(work, repeat = REPEAT) {
  const times = []
  let answer
  for (let turn = 0; turn < repeat; turn++) {
    globalThis.gc?.()
    const before = performance.now()
    answer = work()
    times.push(performance.now() - before)
  }
  return { ms: times.sort((a, b) => a - b)[Math.floor(times.length / 2)], answer }
}

const text = generated()
const asked = { zone: ZONE, now: NOW - 1, period: { start: START, end: NOW }, granularity: 'day' }
const results = []

function ours(name, api) {
  const ingest = timed(() => new api.Dataset({ messages: text }), 3)
  const data = ingest.answer
  const columnar = timed(() => {
    const report = data.messagesReport(asked)
    const totals = ['outgoing_by_channel', 'outgoing_by_source', 'outgoing_by_type'].map((part) => report[part].outcome.rows)
    const log = report.outgoing_log.table()
    // Every column as it crosses: numbers, codes, one text.
    for (const column of log.columns) void log.column(column).length
    report.free()
    return { total: totals[0].reduce((sum, row) => sum + row.count, 0), rows: log.length, log }
  })
  const objects = timed(() => {
    const report = data.messagesReport(asked)
    void ['outgoing_by_channel', 'outgoing_by_source', 'outgoing_by_type'].map((part) => report[part].outcome)
    const list = [...report.outgoing_log.rows()]
    report.free()
    return list.length
  })
  results.push({ name, ingest: ingest.ms, report: columnar.ms, objects: objects.ms, total: columnar.answer.total })
  data.free()
}

function plain() {
  const ingest = timed(() => JSON.parse(new TextDecoder().decode(text)), 3)
  const list = ingest.answer
  const report = timed(() => {
    const counts = new Map()
    const add = (kind, key, day) => {
      const series = counts.get(`${kind}:${key}`) ?? counts.set(`${kind}:${key}`, new Map()).get(`${kind}:${key}`)
      series.set(day, (series.get(day) ?? 0) + 1)
    }
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE })
    let total = 0
    const log = []
    for (const row of list) {
      if (row.sent_at < START || row.sent_at >= NOW) continue
      const date = day.format(row.sent_at)
      add(row.direction, row.channel, date)
      if (row.direction !== 'outgoing') continue
      total += 1
      add('source', row.source, date)
      add('type', row.type, date)
      log.push(row)
    }
    log.sort((one, other) => other.sent_at - one.sent_at || other.id - one.id)
    return { total, log: log.slice(0, 10_000).map(({ sent_at, source, user, contact, channel, type, content }) => ({ sent_at, source, user, contact, channel, type, content })) }
  }, 3)
  results.push({ name: 'plain JavaScript', ingest: ingest.ms, report: report.ms, objects: report.ms, total: report.answer.total })
  return list
}

async function arquero(list) {
  const aq = await import('arquero')
  const ingest = timed(() => aq.from(list), 1)
  const report = timed(() => {
    const table = ingest.answer.derive({ day: aq.escape((row) => Math.floor((row.sent_at + OFFSET) / DAY)) })
    const outgoing = table.filter((row) => row.direction === 'outgoing').reify()
    const counts = ['channel', 'source', 'type'].map((key) => outgoing.groupby(key, 'day').count().objects())
    table.filter((row) => row.direction === 'incoming').groupby('channel', 'day').count().objects()
    outgoing.orderby(aq.desc('sent_at'), aq.desc('id')).slice(0, 10_000).objects()
    return counts[0].reduce((sum, row) => sum + row.count, 0)
  }, 3)
  // It begins with what `JSON.parse` made.
  const parsed = results.find(({ name }) => name === 'plain JavaScript').ingest
  results.push({ name: 'arquero', ingest: parsed + ingest.ms, report: report.ms, objects: report.ms, total: report.answer })
}

async function duckdb() {
  const require = createRequire(import.meta.url)
  const blocking = require('@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs')
  const dist = dirname(require.resolve('@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs'))
  const bundle = { mainModule: join(dist, 'duckdb-eh.wasm'), mainWorker: null }
  const db = await blocking.createDuckDB({ mvp: { mainModule: join(dist, 'duckdb-mvp.wasm'), mainWorker: '' }, eh: { ...bundle, mainWorker: '' } }, new blocking.VoidLogger(), blocking.NODE_RUNTIME)
  await db.instantiate(() => {})
  const connection = db.connect()
  const ingest = timed(() => {
    connection.query('DROP TABLE IF EXISTS messages')
    db.registerFileBuffer('messages.json', text.slice())
    connection.insertJSONFromPath('messages.json', { name: 'messages' })
    db.dropFile('messages.json')
  }, 1)
  const report = timed(() => {
    const day = `CAST(floor((sent_at + ${OFFSET}) / ${DAY}) AS INT) AS day`
    const range = `sent_at >= ${START} AND sent_at < ${NOW}`
    const counts = ['channel', 'source', 'type'].map((key) => connection.query(`SELECT ${key}, ${day}, count(*)::INT AS n FROM messages WHERE direction = 'outgoing' AND ${range} GROUP BY ALL`))
    connection.query(`SELECT channel, ${day}, count(*)::INT AS n FROM messages WHERE direction = 'incoming' AND ${range} GROUP BY ALL`)
    connection.query(`SELECT sent_at, source, "user", contact, channel, type, content FROM messages WHERE direction = 'outgoing' AND ${range} ORDER BY sent_at DESC, id DESC LIMIT 10000`)
    return counts[0].toArray().reduce((sum, row) => sum + row.n, 0)
  })
  results.push({ name: 'duckdb-wasm', ingest: ingest.ms, report: report.ms, objects: report.ms, total: report.answer })
}

/** Times of what answers later. */
async function awaited(work, repeat) {
  const times = []
  let answer
  for (let turn = 0; turn < repeat; turn++) {
    globalThis.gc?.()
    const before = performance.now()
    answer = await work()
    times.push(performance.now() - before)
  }
  return { ms: times.sort((a, b) => a - b)[Math.floor(times.length / 2)], answer }
}

async function native() {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const folder = mkdtempSync(join(tmpdir(), 'omnicontact-bench-'))
  const file = join(folder, 'messages.json')
  writeFileSync(file, text)
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  const labels = "ENUM('incoming', 'outgoing')"
  const columns = `{id: 'BIGINT', sent_at: 'BIGINT', direction: "${labels}", contact: 'BIGINT', channel: 'VARCHAR', content: 'VARCHAR', source: 'VARCHAR', "type": 'VARCHAR', "user": 'INTEGER'}`
  const ingest = await awaited(() => connection.run(`CREATE OR REPLACE TABLE messages AS SELECT * FROM read_json('${file}', format = 'array', columns = ${columns})`), 3)
  const report = await awaited(async () => {
    const day = `CAST(floor((sent_at + ${OFFSET}) / ${DAY}) AS INT) AS day`
    const range = `sent_at >= ${START} AND sent_at < ${NOW}`
    const counts = []
    for (const key of ['channel', 'source', '"type"']) counts.push(await connection.runAndReadAll(`SELECT ${key}, ${day}, count(*)::INT AS n FROM messages WHERE direction = 'outgoing' AND ${range} GROUP BY ALL`))
    await connection.runAndReadAll(`SELECT channel, ${day}, count(*)::INT AS n FROM messages WHERE direction = 'incoming' AND ${range} GROUP BY ALL`)
    const log = await connection.runAndReadAll(`SELECT sent_at, source, "user", contact, channel, "type", content FROM messages WHERE direction = 'outgoing' AND ${range} ORDER BY sent_at DESC, id DESC LIMIT 10000`)
    log.getColumns()
    return counts[0].getRows().reduce((sum, [, , n]) => sum + n, 0)
  }, REPEAT)
  connection.closeSync()
  rmSync(folder, { recursive: true })
  results.push({ name: 'DuckDB, one thread', ingest: ingest.ms, report: report.ms, objects: report.ms, total: report.answer })
}

ours('@omnicontact/node', node)
ours('@omnicontact/web', web)
const list = plain()
await arquero(list).catch((fault) => console.error(`arquero: ${fault.message}`))
await native().catch((fault) => console.error(`DuckDB: ${fault.message}`))
await duckdb().catch((fault) => console.error(`duckdb-wasm: ${fault.message}`))

console.log(`${rows} messages, ${(text.length / 1e6).toFixed(0)} MB of JSON, Node ${process.version}`)
console.log('contender               JSON to table   report, columns   report, row objects   ms')
for (const { name, ingest, report, objects } of results) console.log(`${name.padEnd(22)} ${ingest.toFixed(0).padStart(12)} ${report.toFixed(1).padStart(16)} ${objects.toFixed(1).padStart(20)}`)
const [first, second, ...peers] = results
for (const one of [first, second]) {
  for (const peer of peers) {
    const times = (a, b) => `${(a / b).toFixed(1)}×`
    console.log(`${one.name} against ${peer.name}: whole ${times(peer.ingest + peer.report, one.ingest + one.report)}, report ${times(peer.report, one.report)}, with row objects ${times(peer.report, one.objects)}`)
  }
}
if (new Set(results.map(({ total }) => total)).size !== 1) {
  console.error(`totals differ: ${JSON.stringify(results.map(({ name, total }) => [name, total]))}`)
  process.exitCode = 1
}

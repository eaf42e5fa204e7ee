// Values of JavaScript at every place of a request: read as what they are, or refused with their path; nothing is dropped.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import vm from 'node:vm'
import { packages } from './packages.mjs'
import { rooms, vectors } from './vectors.mjs'

const ROW = { id: 1, sent_at: 0, direction: 'incoming', contact: 'ana', channel: 'web' }
const ASKED = { zone: 'UTC', now: 0, period: 'today' }
const foreign = (code) => vm.runInNewContext(code)

class Nothing {
  #hidden = 1
  get hidden() { return this.#hidden }
}

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** What no operation can use, whichever realm it is of. */
const REFUSED = {
  'a promise': () => Promise.resolve({}),
  'a promise of another realm': () => foreign('Promise.resolve({})'),
  'a thenable': () => ({ then() {} }),
  URLSearchParams: () => new URLSearchParams('channel=web'),
  Headers: () => new Headers({ channel: 'web' }),
  FormData: () => new FormData(),
  'a WeakMap': () => new WeakMap(),
  'an instance without fields': () => new Nothing(),
  'a function': () => () => ({}),
  'a symbol': () => Symbol('a'),
  'a boxed symbol': () => Object(Symbol('a')),
  'a regular expression': () => /a/,
  'an error': () => Object.assign(new Error('a'), { zone: 'UTC' }),
  'an error of another realm': () => foreign('Object.assign(new Error("a"), { zone: "UTC" })'),
  'an ArrayBuffer': () => new ArrayBuffer(2),
  'a DataView': () => new DataView(new ArrayBuffer(2)),
  'a generator': () => (function* () { yield 1 })(),
  'a proxy of a Map': () => new Proxy(new Map(), {}),
  'a revoked proxy': revoked,
  'a Map whose keys are no texts': () => new Map([[1, 2]]),
}

/** Places of objects in a request, as lists of keys; the whole request is one. */
function places(value, at = []) {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, found]) => places(found, [...at, key]))
  return Array.isArray(value) ? inner : [at, ...inner]
}

/** The request with something else at one place. */
function changed(value, at, change) {
  if (at.length === 0) return change(value)
  const [key, ...rest] = at
  const copy = Array.isArray(value) ? [...value] : { ...value }
  copy[key] = changed(value[key], rest, change)
  return copy
}

const path = (value, at) => at.reduce(([found, inner], key) => [Array.isArray(inner) ? `${found}[${key}]` : found === '' ? key : `${found}.${key}`, inner[key]], ['', value])[0]

/** One valid request of every operation that a vector knows. */
const requests = new Map()
for (const { call, given, expect_error: wrong } of vectors(...rooms())) {
  if (wrong === undefined && !requests.has(call.operation)) requests.set(call.operation, { options: call.options ?? {}, given })
}

for (const { name, api } of packages) {
  const { operations, workspace_operations: ofWorkspaces = [] } = api.vocabulary()

  test(`${name}: whatever stands where an object of a request stood is refused with its place`, () => {
    let tried = 0
    for (const [operation, { options }] of requests) {
      const workspace = operations.includes(operation) ? null : new api.Workspace({ zone: 'UTC' })
      if (workspace !== null && !ofWorkspaces.includes(operation) && typeof api.Workspace.prototype[operation] !== 'function' && operation !== 'execute') continue
      for (const at of places(options)) {
        for (const [what, make] of Object.entries(REFUSED)) {
          // The body of a webhook may be bytes of any kind.
          if (at.at(-1) === 'body' && /^an? (ArrayBuffer|DataView)$/.test(what)) continue
          const asked = changed(options, at, make)
          const said = `${operation} ${path(options, at)}: ${what}`
          const run = () => (workspace === null ? api.call(operation, asked) : workspace.call(operation, asked))
          assert.throws(run, (error) => {
            assert.ok(error instanceof api.OmnicontactError, `${said}: ${error}`)
            assert.equal(error.code, 'invalid_type', `${said}: ${error}`)
            assert.ok(error.path.startsWith(path(options, at)), `${said}: ${error.path}`)
            return true
          }, said)
          tried += 1
        }
      }
    }
    assert.ok(tried > 1000, `${tried} tried`)
  })

  test(`${name}: rows, tables, columns and their options`, () => {
    for (const [what, make] of Object.entries(REFUSED)) {
      const wrong = [
        [{ messages: [{ ...ROW, content: make() }] }, 'messages[0].content'],
        [{ messages: [{ ...ROW, history: [{ status: 'sent', at: make() }] }] }, 'messages[0].history[0].at'],
        [{ messages: [make()] }, 'messages[0]'],
        [{ messages: [ROW], options: make() }, 'options'],
        [{ messages: [ROW], merges: make() }, 'merges'],
      ]
      for (const [tables, place] of wrong) {
        assert.throws(() => new api.Dataset(tables), (error) => {
          assert.equal(error.code, 'invalid_type', `${what}: ${error}`)
          assert.ok(error.path.startsWith(place), `${what}: ${error.path}`)
          return true
        }, `${what} at ${place}`)
      }
      const column = { sent_at: [0], direction: ['incoming'], contact: ['a'], content: make() }
      assert.throws(() => new api.Dataset({ messages: column }), api.OmnicontactError, what)
      const file = { file: 'id,sent_at,direction,contact\n1,0,incoming,a\n', options: make() }
      assert.throws(() => new api.Dataset({ messages: file }), { code: 'invalid_type' }, what)
    }
  })

  test(`${name}: options of questions, handles and pages`, () => {
    const data = new api.Dataset({ messages: [ROW] })
    const report = data.messagesReport(ASKED)
    for (const [what, make] of Object.entries(REFUSED)) {
      const wrong = [
        () => data.messagesReport(make()),
        () => data.messagesReport({ ...ASKED, filters: make() }),
        () => data.messagesReport({ ...ASKED, filters: { channel: make() } }),
        () => data.messagesReport({ ...ASKED, logs: make() }),
        () => data.choices(make()),
        () => report.html(make()),
        () => report.text(make()),
        () => report.show(make()),
        () => report.incoming_by_channel.csv(make()),
        () => report.incoming_by_channel.svg(make()),
        () => report.incoming_log.rows(make()),
        () => new api.Workspace({ zone: 'UTC' }, make()),
        () => new api.Workspace(make()),
        () => api.Workspace.replay(make()),
      ]
      for (const [place, work] of wrong.entries()) assert.throws(work, { name: 'OmnicontactError', code: 'invalid_type' }, `${what} ${place}`)
    }
  })

  test(`${name}: what nobody knows is refused by name, at every depth`, async () => {
    const data = new api.Dataset({ messages: [ROW] })
    const report = data.messagesReport(ASKED)
    const unknown = [
      [() => data.messagesReport({ ...ASKED, fitlers: {} }), 'fitlers'],
      [() => data.messagesReport({ ...ASKED, logs: { rows: 1 } }), 'logs.rows'],
      [() => report.incoming_by_channel.svg({ hieght: 1 }), 'hieght'],
      [() => report.incoming_by_channel.csv({ tabel: 1 }), 'tabel'],
      [() => [...report.incoming_log.rows({ label: true })], 'label'],
      [() => new api.Workspace({ zone: 'UTC' }, { colck: Date.now }), 'colck'],
      [() => new api.Dataset({ messages: { columns: { contact: ['a'] }, option: {} } }), 'messages.option'],
      [() => new api.Dataset({ messages: { file: 'x', option: {} } }), 'messages.option'],
    ]
    for (const [work, place] of unknown) assert.throws(work, { code: 'unknown_key', path: place })
    await assert.rejects(api.Dataset.load({ messages: [ROW] }, { onprogress() {} }), { code: 'unknown_key', path: 'onprogress' })
    await assert.rejects(api.Dataset.load({ messages: [ROW] }, { onProgress: 7 }), { code: 'invalid_type', path: 'onProgress' })
    await assert.rejects(api.Dataset.load({ messages: [ROW] }, { signal: {} }), { code: 'invalid_type', path: 'signal' })
  })

  test(`${name}: values of another realm are what they are`, () => {
    const [made, at] = [foreign, Date.parse('1970-01-01T10:00:00Z')]
    const messages = [{ ...ROW, sent_at: made(`new Date(${at})`), contact: made('Object("ana")'), user: made('Object(7n)') }]
    const asked = { ...ASKED, filters: made('new Map([["channel", new Set(["web"])]])') }
    const report = new api.Dataset({ messages }).messagesReport(asked)
    assert.equal(report.incoming_by_channel.total, 1)
    assert.deepEqual(report.filters.channel, ['web'])
    assert.equal(report.incoming_log.row(0).timestamp, at)
    const columns = made(`({ sent_at: new Float64Array([${at}]), direction: { codes: new Uint8Array(1), values: ['incoming'] }, contact: ['a'] })`)
    assert.equal(new api.Dataset({ messages: columns }).messageCount, 1)
    const csv = `id,sent_at,direction,contact\n1,${at},incoming,a\n`
    const bytes = made(`Uint8Array.from(${JSON.stringify([...Buffer.from(csv)])})`)
    assert.equal(new api.Dataset({ messages: bytes }).messageCount, 1)
    assert.equal(new api.Dataset({ messages: bytes.buffer }).messageCount, 1)
    assert.throws(() => new api.Dataset({ messages: [{ ...ROW, user: made('2n ** 70n') }] }), { code: 'invalid_value', path: 'messages[0].user' })
    assert.throws(() => new api.Dataset({ messages: [{ ...ROW, sent_at: made('new Date(NaN)') }] }), { code: 'invalid_value', path: 'messages[0].sent_at' })
  })

  test(`${name}: numbers that JSON has not, holes, and getters`, () => {
    const data = new api.Dataset({ messages: [ROW] })
    const wrong = [
      [{ ...ASKED, now: Number.NaN }, 'malformed_value', 'now'],
      [{ ...ASKED, logs: { limit: Number.POSITIVE_INFINITY } }, 'malformed_value', 'logs.limit'],
      [{ ...ASKED, filters: { channel: [undefined] } }, 'invalid_type', 'filters.channel[0]'],
      [{ ...ASKED, filters: { channel: ['a', , 'b'] } }, 'invalid_type', 'filters.channel[1]'],
      [{ ...ASKED, filters: { get channel() { throw new RangeError('mine') } } }, 'invalid_type', 'filters.channel'],
    ]
    for (const [asked, code, place] of wrong) assert.throws(() => data.messagesReport(asked), { code, path: place })
    assert.throws(() => new api.Dataset({ messages: [{ ...ROW, delivered_at: Number.NEGATIVE_INFINITY }] }), { code: 'invalid_value', path: 'messages[0].delivered_at' })
    let deep = {}
    for (let depth = 0; depth < 9000; depth += 1) deep = [deep]
    assert.throws(() => data.messagesReport({ ...ASKED, filters: deep }), { code: 'malformed_value', path: /^filters\[0\]/ })
  })

  test(`${name}: half a character is U+FFFD, in rows, columns, texts and commands`, () => {
    const [cut, read] = ['hola 👋'.slice(0, 6), 'hola \ufffd']
    const columns = { id: [1], sent_at: [0], direction: ['incoming'], contact: ['ana'], content: [cut] }
    const csv = `id,sent_at,direction,contact,content\n1,0,incoming,ana,${cut}\n`
    for (const messages of [[{ ...ROW, content: cut }], columns, csv, JSON.stringify([{ ...ROW, content: '\\ud83d' }])]) {
      const { content } = new api.Dataset({ messages }).messagesReport(ASKED).incoming_log.row(0)
      assert.equal(content, typeof messages === 'string' && messages.startsWith('[') ? '\\ud83d' : read)
    }
    const workspace = new api.Workspace({ zone: 'UTC' })
    const { contact } = workspace.execute({ command: { add_contact: { profile: { name: cut } } } }).outcome
    assert.equal(workspace.contact({ contact }).shown_name, read)
    const whole = '👋 \\ud83d "\\\\ud83d"'
    const kept = new api.Dataset({ messages: [{ ...ROW, content: whole + cut }] }).messagesReport(ASKED).incoming_log.row(0).content
    assert.equal(kept, whole + read)
  })

  test(`${name}: a listener that throws while a stream is read`, async () => {
    const mine = new TypeError('mine')
    for (const onProgress of [() => { throw mine }, async () => { throw mine }]) {
      await assert.rejects(api.Dataset.load({ messages: new Response('id,sent_at,direction,contact\n1,0,incoming,a\n') }, { onProgress }), mine)
    }
    const told = []
    await api.Dataset.load({ messages: new Blob(['id,sent_at,direction,contact\n1,0,incoming,a\n']) }, { onProgress: ({ rows }) => told.push(rows) })
    assert.equal(told.at(-1), 1)
  })

  test(`${name}: a handle shows what it is`, () => {
    const data = new api.Dataset({ messages: [ROW] })
    const report = data.messagesReport(ASKED)
    assert.match(inspect(data), /^Dataset \{.*message_count: 1/s)
    assert.match(inspect(report), /^Report \{.*report: 'messages'.*incoming_by_channel: 1/s)
    assert.match(inspect(report.incoming_log), /^Part \{.*total: 1/s)
    assert.match(inspect(report.outgoing_log), /no_data/)
    assert.match(inspect(report.incoming_log.table()), /^Table \{.*length: 1/s)
    const workspace = new api.Workspace({ zone: 'UTC' })
    assert.match(inspect(workspace), /^Workspace \{.*zone: 'UTC'.*contacts: 0/s)
    assert.equal(JSON.parse(JSON.stringify(data)).message_count, 1)
    for (const handle of [data, report, workspace]) {
      handle.free()
      assert.match(inspect(handle), /freed: true/)
    }
  })
}

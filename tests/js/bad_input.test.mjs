// Bad input: an error with code and path, never a crash, and everything usable afterwards.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packages } from './packages.mjs'

const ROW = { id: 1, sent_at: 0, direction: 'incoming', contact: 'ana' }
const ASKED = { zone: 'UTC', now: 0 }

function columns(fields) {
  return { messages: { sent_at: [0, 1], direction: ['incoming', 'incoming'], contact: ['a', 'b'], ...fields } }
}

function detached(Kind = Float64Array) {
  const array = new Kind(2)
  structuredClone(array.buffer, { transfer: [array.buffer] })
  return array
}

const endless = { id: 1 }
endless.self = endless

/** What is given, the code, the path. */
const TABLES = [
  ['tables that are none', 7, 'malformed_value', ''],
  ['a list of tables', [], 'malformed_value', ''],
  ['a table that is a number', { messages: 7 }, 'malformed_value', 'messages'],
  ['a table that is a function', { messages: () => [] }, 'malformed_value', 'messages'],
  ['a table that is a Map', { messages: new Map() }, 'malformed_value', 'messages'],
  ['a promise without waiting', { messages: Promise.resolve([]) }, 'malformed_value', 'messages'],
  ['an address', { messages: new URL('https://example.com/messages.csv') }, 'malformed_value', 'messages'],
  ['the name of a file', { messages: './exports/messages.csv' }, 'malformed_value', 'messages'],
  ['the name of a file with options', { messages: { file: 'messages.ndjson', options: {} } }, 'malformed_value', 'messages'],
  ['a stream without waiting', { messages: new Blob(['x']) }, 'malformed_value', 'messages'],
  ['an unknown table', { mesages: [] }, 'unknown_key', 'mesages'],
  ['rows that are numbers', { messages: [1] }, 'invalid_value', 'messages[0]'],
  ['a hole among the rows', { messages: [ROW, , ROW] }, 'missing_value', 'messages[1]'],
  ['undefined among the rows', { messages: [ROW, undefined] }, 'missing_value', 'messages[1]'],
  ['a date that is none', { messages: [{ ...ROW, sent_at: new Date('x') }] }, 'invalid_value', 'messages[0].sent_at'],
  ['NaN where a time is needed', { messages: [{ ...ROW, sent_at: Number.NaN }] }, 'missing_value', 'messages[0].sent_at'],
  ['a fraction as an id', { messages: [{ ...ROW, id: 1.5 }] }, 'invalid_value', 'messages[0].id'],
  ['a bigint of more than 64 bits', { messages: [{ ...ROW, id: 2n ** 64n }] }, 'invalid_value', 'messages[0].id'],
  ['a symbol', { messages: [{ ...ROW, contact: Symbol('a') }] }, 'invalid_type', 'messages[0].contact'],
  ['a row that holds itself', { messages: [endless] }, 'invalid_value', /^messages\[0\](\.self)+$/],
  ['a misspelt field', { messages: [{ ...ROW, contcat: 1 }] }, 'unknown_column', 'messages[0].contcat'],
  ['merges that lead back', { messages: [ROW], merges: [['a', 'b'], ['b', 'a']] }, 'merge_cycle', /merges/],
  ['an option of the dataset that nobody knows', { options: { fold: true } }, 'unknown_key', 'options.fold'],
  ['a column that is a text', columns({ user: 'ana' }), 'invalid_value', 'messages.user'],
  ['a column that is too short', columns({ user: [1] }), 'length_mismatch', 'messages.user'],
  ['a typed column that is too long', columns({ user: new Int32Array(3) }), 'length_mismatch', 'messages.user'],
  ['a column that nobody knows', columns({ wage: [1, 2] }), 'unknown_column', 'messages.wage'],
  ['no column of contacts', columns({ contact: null }), 'missing_column', 'messages.contact'],
  ['a sparse column where values are needed', columns({ contact: ['a', ,] }), 'missing_value', /contact/],
  ['NaN in a typed column of times', columns({ sent_at: Float64Array.of(0, Number.NaN) }), 'missing_value', /sent_at/],
  ['infinity in a typed column', columns({ delivered_at: Float64Array.of(0, Number.POSITIVE_INFINITY) }), 'invalid_value', 'messages[1].delivered_at'],
  ['a fraction in a typed column of ids', columns({ user: Float64Array.of(1, 1.5) }), 'invalid_value', 'messages[1].user'],
  ['a bigint of more than 64 bits in a column', columns({ user: [1, 2n ** 70n] }), 'invalid_value', 'messages.user[1]'],
  ['a time beyond the year 9999', columns({ sent_at: BigInt64Array.of(0n, 2n ** 62n) }), 'instant_out_of_range', /sent_at/],
  ['a detached column', columns({ sent_at: detached() }), 'invalid_value', 'messages.sent_at'],
  ['a DataView as a column', columns({ user: new DataView(new ArrayBuffer(8)) }), 'invalid_value', 'messages.user'],
  ['codes without values', columns({ user: { codes: Int8Array.of(0, 0), values: 'ab' } }), 'invalid_value', 'messages.user'],
  ['codes of floats', columns({ user: { codes: Float64Array.of(0, 0), values: ['a'] } }), 'invalid_value', 'messages.user'],
  ['a code without a value', columns({ user: { codes: Int8Array.of(0, 5), values: ['a'] } }), 'code_out_of_range', /user/],
  ['a value among codes that is an object', columns({ user: { codes: [0, 0], values: [{}] } }), 'invalid_value', /user/],
  ['texts whose ends go back', columns({ content: { bytes: new Uint8Array(4), ends: Uint32Array.of(3, 1) } }), 'invalid_value', /content/],
  ['texts that are not UTF-8', columns({ content: { bytes: Uint8Array.of(0xff, 0xfe), ends: Uint32Array.of(1, 2) } }), 'invalid_utf8', /content/],
  ['texts of another form', columns({ content: { bytes: [1], ends: [1] } }), 'invalid_value', 'messages.content'],
  ['no bytes', { messages: new Uint8Array() }, 'empty_input', /^messages/],
  ['bytes that are no text', { messages: Uint8Array.of(0xff, 0xfe, 0x00) }, /invalid_utf8|malformed|unknown|missing|invalid/, /^messages/],
  ['JSON that ends early', { messages: '[{"id": 1' }, 'malformed_json', /^messages/],
  ['CSV without a column that is needed', { messages: 'id,sent_at\n1,2\n' }, 'missing_column', /^messages/],
  ['detached bytes', { messages: detached(Uint8Array) }, 'invalid_value', 'messages'],
]

for (const { name, api } of packages) {
  for (const [what, tables, code, path] of TABLES) {
    test(`${name}: ${what}`, () => {
      assert.throws(
        () => new api.Dataset(tables),
        (error) => {
          assert.ok(error instanceof api.OmnicontactError, `${error}`)
          if (code instanceof RegExp) assert.match(error.code, code)
          else assert.equal(error.code, code, String(error))
          if (path instanceof RegExp) assert.match(error.path, path)
          else assert.equal(error.path, path, String(error))
          return true
        },
      )
      // Nothing is left half done.
      assert.equal(new api.Dataset({ messages: [ROW] }).messageCount, 1)
    })
  }

  test(`${name}: questions that cannot be answered`, () => {
    const data = new api.Dataset({ messages: [ROW] })
    const wrong = [
      [undefined, 'missing_option', 'zone'],
      [{ ...ASKED, zone: 'Mars/Olympus' }, 'unknown_zone', 'zone'],
      [{ ...ASKED, period: 'last_90_days' }, 'unknown_label', 'period'],
      [{ ...ASKED, filters: { channel: null } }, 'malformed_value', 'filters.channel'],
      [{ ...ASKED, logs: { cursor: 'x' } }, 'invalid_cursor', /cursor/],
      [{ ...ASKED, now: new Date(Number.NaN) }, 'malformed_value', 'now'],
      [{ ...ASKED, now: () => 0 }, 'invalid_type', 'now'],
      [{ ...ASKED, filters: new Map([['chanel', ['web']]]) }, 'unknown_key', 'filters.chanel'],
    ]
    for (const [options, code, path] of wrong) {
      assert.throws(() => data.messagesReport(options), (error) => {
        assert.equal(error.code, code, String(error))
        if (path instanceof RegExp) assert.match(error.path, path)
        else assert.equal(error.path, path, String(error))
        return true
      })
    }
    assert.throws(() => api.call('no_such_thing', {}), { code: 'unknown_label', path: 'operation' })
    assert.throws(() => api.call('day_of', { zone: 'UTC', at: 0 }, {}), { code: 'unknown_key', path: 'given' })
    assert.throws(() => api.call(Symbol.iterator.toString(), {}), { code: 'unknown_label' })
    assert.equal(data.messagesReport({ ...ASKED, period: 'today' }).incoming_by_channel.total, 1)
  })

  test(`${name}: a prototype is never changed`, () => {
    const rows = JSON.parse('[{"id": 1, "sent_at": 0, "direction": "incoming", "contact": "a", "__proto__": {"polluted": 1}}]')
    rows[0].user = 5n
    assert.throws(() => new api.Dataset({ messages: rows }), { code: 'unknown_column', path: 'messages[0].__proto__' })
    assert.equal({}.polluted, undefined)
  })

  test(`${name}: names of parts and workspaces`, () => {
    assert.throws(() => new api.Workspace({ zone: 'Nowhere' }), { code: 'unknown_zone' })
    assert.throws(() => api.Workspace.restore(new Uint8Array(9)), { kind: 'corrupt' })
    assert.throws(() => api.Workspace.restore('x'), { code: 'malformed_value' })
    const workspace = new api.Workspace({ zone: 'UTC' })
    assert.throws(() => workspace.call('fly', {}), { code: 'unknown_label', path: 'operation' })
    assert.throws(() => workspace.execute({ command: { fly: {} } }), api.OmnicontactError)
    workspace.free()
    assert.throws(() => workspace.quota(), { code: 'freed' })
    assert.throws(() => new api.Dataset({ workspace: {} }), { code: 'malformed_value', path: 'workspace' })
  })
}

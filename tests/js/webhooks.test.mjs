// Bodies of webhooks as bytes: of every view and realm, and what is no UTF-8 reaches the core as it is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'

import { withBodies } from '../../bindings-node/api/webhooks.js'

const text = '{"text": "café"}'
const good = new TextEncoder().encode(text)
const bad = Uint8Array.from([0x63, 0x61, 0x66, 0xe9])

function bodies(...given) {
  return withBodies('read_webhooks', { webhooks: given.map((body) => ({ provider: 'line', body })) }).webhooks
}

test('bytes that are UTF-8 are their text', () => {
  const padded = new Uint8Array(good.length + 4)
  padded.set(good, 2)
  const other = runInNewContext('(bytes) => Uint8Array.from(bytes)')([...good])
  const views = [good, Buffer.from(good), good.buffer, new DataView(good.buffer), padded.subarray(2, -2), other]
  for (const one of bodies(...views)) assert.deepEqual(one, { provider: 'line', body: text })
})

test('bytes that are not go on as they are', () => {
  assert.deepEqual(bodies(bad, bad.buffer), [{ provider: 'line', bytes: [...bad] }, { provider: 'line', bytes: [...bad] }])
})

test('everything else is left alone', () => {
  const given = [text, { a: 1 }, [1, 2], null, undefined]
  assert.deepEqual(bodies(...given), given.map((body) => ({ provider: 'line', body })))
  const options = { webhooks: [{ body: bad }] }
  assert.equal(withBodies('fold_messages', options), options)
  assert.equal(withBodies('journal', undefined), undefined)
  assert.deepEqual(withBodies('journal', { webhooks: 'no list' }), { webhooks: 'no list' })
})

// A workspace through both packages: receive, quota, merge, unmerge, snapshot, replay, report.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packages } from './packages.mjs'

const at = (day) => Date.parse(`2025-07-${String(day).padStart(2, '0')}T12:00:00Z`)

function told(channel, external, name) {
  return { command: { tell: { identity: { channel, external }, direction: 'incoming', source: 'incoming_message', accepted: true, name } } }
}

for (const { name, api } of packages) {
  test(`${name}: every operation of a workspace is a method in camel case`, () => {
    const { workspace_operations: operations } = api.vocabulary()
    for (const operation of operations ?? []) {
      const camel = operation.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase())
      assert.equal(typeof api.Workspace.prototype[camel], 'function', camel)
    }
  })

  test(`${name}: a month of a workspace`, () => {
    const workspace = new api.Workspace({ zone: 'America/Guayaquil', country: 'EC' }, { at: at(1) })
    const ana = workspace.execute({ at: new Date(at(9)), ...told('whatsapp', '593991234567', 'Ana Pérez') }).outcome.contact
    const eva = workspace.execute({ at: at(9), ...told('facebook', '77', 'Eva') }).outcome.contact
    assert.notEqual(ana, eva)
    assert.equal(workspace.quota({ at: at(10) }).used, 2)
    const before = workspace.snapshot()

    const plan = workspace.planMerge({ primary: ana, secondary: eva })
    assert.equal(plan.merged.identities.length, 2)
    assert.equal(workspace.execute({ at: at(10), command: { merge: { primary: ana, secondaries: [eva] } } }).outcome.kind, 'merged')
    const report = api.contactsReport({ workspace }, { zone: 'America/Guayaquil', now: at(11), period: 'this_month' })
    assert.equal(report.merged_log.length, 1)
    assert.equal(report.added_by_source.total, 2)
    assert.equal(workspace.execute({ at: at(11), command: { unmerge: { primary: ana, secondary: eva } } }).outcome.kind, 'unmerged')
    assert.equal(workspace.contact({ contact: eva }).shown_name, 'Eva')
    const again = workspace.execute({ at: at(11), command: { unmerge: { primary: ana, secondary: eva } } })
    assert.equal(again.outcome.kind, 'refused')

    const restored = api.Workspace.restore(before)
    assert.equal(restored.quota({ at: at(10) }).used, 2)
    const replayed = api.Workspace.replay({ events: workspace.events().events })
    assert.deepEqual(replayed.snapshot(), workspace.snapshot())
  })

  test(`${name}: the clock and the randomness are the host's`, () => {
    const host = { at: at(1), clock: () => at(3), random: (count) => new Uint8Array(count).fill(7) }
    const made = [1, 2].map(() => new api.Workspace({ zone: 'UTC' }, host))
    const [one, other] = made.map((workspace) => workspace.execute({ command: { add_contact: { profile: { name: 'Ana' } } } }))
    assert.deepEqual(one, other)
    const free = new api.Workspace({ zone: 'UTC' })
    const ids = [1, 2].map((place) => free.execute(told('wa', String(place))).outcome.contact)
    assert.notEqual(ids[0], ids[1])
  })

  test(`${name}: many contacts at once, on a thread where there are some`, async () => {
    const workspace = new api.Workspace({ zone: 'UTC' })
    const rows = Array.from({ length: 2000 }, (_, place) => ({ name: `Contact ${place}` }))
    const answer = await workspace.callAsync('import_contacts', { rows })
    assert.equal(answer.items.length, 2000)
    assert.equal(workspace.contacts({ limit: 10 }).total, 2000)
  })
}

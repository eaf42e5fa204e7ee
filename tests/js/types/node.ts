// Types of `@omnicontact/node`, at compile time and at run time: this file is compiled with `--strict` and then executed.

import assert from 'node:assert/strict'
import * as oc from '@omnicontact/node'
import type { Breakdown, Component, Delivery, ErrorData, Log, LogPart, MessagesReport, NoData, NotApplicable, Part, Quota, Reply, ReportData, ShownId, Table } from '@omnicontact/node'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function same<A, B>(_: Equal<A, B>): void {}

const row = { id: 7n, sent_at: new Date(0), direction: 'incoming', contact: 'ana' } as const
const data = new oc.Dataset({ messages: [row, { ...row, id: { uuid: '018f4e3c-0000-7000-8000-000000000001' } }] })
const report = data.messagesReport({ zone: 'UTC', now: 0, period: 'today', filters: { channel: [1, 'a', 2n] } })
same<typeof report, MessagesReport>(true)
same<typeof report.delivery, Part<Delivery>>(true)
same<typeof report.delivery.outcome, Delivery | NotApplicable | NoData>(true)
same<typeof report.incoming_log, LogPart>(true)
same<LogPart['outcome'], Log | NotApplicable | NoData>(true)
same<typeof report.incoming_log.ids, (ShownId | null)[]>(true)
same<ReturnType<typeof report.toJSON>, ReportData>(true)
same<ReturnType<Part['table']>, Table>(true)

// Outcomes are told apart by their state.
const { outcome } = report.outgoing_by_channel
if (outcome.state === 'data') same<typeof outcome, Breakdown>(true)
if (outcome.state === 'not_applicable') same<typeof outcome, NotApplicable>(true)

// Operations know their options and answers.
const day: string = oc.call('day_of', { zone: 'UTC', at: 0 }).date
assert.equal(day, '1970-01-01')
const shown: string | null = oc.call('show_report', { report: 'messages', options: { zone: 'UTC', now: 0, period: 'today' }, show: { format: 'text' } }, {}).text
assert.equal(typeof shown, 'string')

const later: Promise<MessagesReport> = oc.messagesReportAsync(data, { zone: 'UTC' }, { signal: AbortSignal.timeout(10_000) })
assert.equal((await later).report, 'messages')

const workspace = new oc.Workspace({ zone: 'UTC' })
const reply: Reply = workspace.execute({ command: { add_contact: { profile: { name: 'Ana' } } } })
if (reply.outcome.kind === 'added') {
  const contact: string = reply.outcome.contact
  assert.equal(workspace.contact({ contact }).shown_name, 'Ana')
}
const quota: Quota = workspace.quota()
// N1: a contact without a channel counts one.
assert.equal(quota.used, 1)

const error: ErrorData = new oc.OmnicontactError({ kind: 'conflict', code: 'freed', message: 'x', path: '', hint: null }).toJSON()
assert.equal(error.code, 'freed')

const columns: oc.Tables = { messages: { sent_at: Float64Array.of(0), direction: { codes: [0], values: ['incoming'] }, contact: ['ana', null, 3n] } }
assert.throws(() => new oc.Dataset(columns), oc.OmnicontactError)

const component: Component = 'delivery'
assert.equal(report.component(component).component, component)

function refused(): void {
  // @ts-expect-error the zone is needed
  data.messagesReport({ period: 'today' })
  // @ts-expect-error no such option
  data.messagesReport({ zone: 'UTC', perid: 'today' })
  // @ts-expect-error no such filter
  data.messagesReport({ zone: 'UTC', filters: { chanel: [] } })
  // @ts-expect-error no such direction
  new oc.Dataset({ messages: [{ id: 1, sent_at: 0, direction: 'sideways', contact: 1 }] })
  // @ts-expect-error a contacts report has no delivery
  data.contactsReport({ zone: 'UTC' }).delivery
  // @ts-expect-error no such operation
  oc.call('day_off', {})
  // @ts-expect-error days are of an instant
  oc.dayOf({ zone: 'UTC' })
  // @ts-expect-error no such part
  report.component('delivry')
  // @ts-expect-error no such command
  workspace.execute({ command: { fly: {} } })
  // @ts-expect-error parts are not made by hand
  new oc.Part()
}
assert.equal(typeof refused, 'function')
console.log('types of the Node package hold')

// Operations on plain data, and the two reports.

import { partially, reported, dataOf } from './dataset.js'
import { guarded } from './errors.js'
import { native } from './native.js'
import { fromText, optionsOf, toText } from './plain.js'
import { withBodies } from './webhooks.js'

/** A request of an operation as JSON. */
export function requestText(operation, options, given) {
  const data = given === undefined ? '' : `,"given":${toText(given)}`
  const asked = toText(withBodies(operation, optionsOf(options)))
  return `{"operation":${JSON.stringify(String(operation))}${data},"options":${asked}}`
}

/** Runs an operation on plain data: what the named functions do, by name. */
export function call(operation, options, given) {
  const asked = requestText(operation, options, given)
  return fromText(guarded(() => native().call(asked)))
}

/** The Messages report: messages in and out by channel, source, type and subtype, their delivery, and logs. */
export const messagesReport = (data, options) => reported('messages', data, options)

/** The Contacts report: contacts added, connected, deleted and merged, and their logs. */
export const contactsReport = (data, options) => reported('contacts', data, options)

/** The Messages report of a part of the rows. */
export const messagesPartial = (data, options) => partially('messages', data, options)

/** The Contacts report of a part of the rows. */
export const contactsPartial = (data, options) => partially('contacts', data, options)

/** What a filter offers to choose from. */
export function choices(data, options) {
  const { dataset, owned } = dataOf(data)
  try {
    return dataset.choices(options)
  } finally {
    if (owned) dataset.free()
  }
}

/** A report of given data as text. */
export const showReport = (data, options) => call('show_report', options, data)

export const sample = (options) => call('sample', options)
export const vocabulary = (options) => call('vocabulary', options)

// operations: written by operations.mjs
export const resolvePeriod = (options) => call('resolve_period', options)
export const buckets = (options) => call('buckets', options)
export const dayOf = (options) => call('day_of', options)
export const startOfDay = (options) => call('start_of_day', options)
export const classifyMessage = (options) => call('classify_message', options)
export const deliveryStatus = (options) => call('delivery_status', options)
export const foldMessages = (options) => call('fold_messages', options)
export const connections = (options) => call('connections', options)
export const providerStatus = (options) => call('provider_status', options)
export const readWebhooks = (options) => call('read_webhooks', options)
export const journal = (options) => call('journal', options)
export const normalisePhone = (options) => call('normalise_phone', options)
export const normaliseEmail = (options) => call('normalise_email', options)
export const checkFormat = (options) => call('check_format', options)
export const checkCustomValue = (options) => call('check_custom_value', options)
export const mintContactId = (options) => call('mint_contact_id', options)
export const foreignContactId = (options) => call('foreign_contact_id', options)
export const newContact = (options) => call('new_contact', options)
export const editContact = (options) => call('edit_contact', options)
export const describeContact = (options) => call('describe_contact', options)
export const planMerge = (options) => call('plan_merge', options)
export const applyMerge = (options) => call('apply_merge', options)
export const undoMerge = (options) => call('undo_merge', options)
export const resolveIds = (options) => call('resolve_ids', options)
export const suggestMerges = (options) => call('suggest_merges', options)
export const admitUnits = (options) => call('admit_units', options)
export const monthUsage = (options) => call('month_usage', options)
export const erasedEvents = (options) => call('erased_events', options)
export const monthOf = (options) => call('month_of', options)
export const scheduleReset = (options) => call('schedule_reset', options)
export const planReset = (options) => call('plan_reset', options)
export const checkAccess = (options) => call('check_access', options)
export const importMessages = (options) => call('import_messages', options)
export const importEvents = (options) => call('import_events', options)
export const importChannels = (options) => call('import_channels', options)
export const importNamed = (options) => call('import_named', options)
export const selectContacts = (given, options) => call('select_contacts', options, given)
export const explainSegment = (given, options) => call('explain_segment', options, given)
export const checkSegment = (options) => call('check_segment', options)
export const searchContacts = (given, options) => call('search_contacts', options, given)
export const contactsPage = (given, options) => call('contacts_page', options, given)
export const exportContacts = (given, options) => call('export_contacts', options, given)
export const contactFile = (given, options) => call('contact_file', options, given)
export const contactColumns = (options) => call('contact_columns', options)
export const readContacts = (options) => call('read_contacts', options)
export const profileFigures = (given, options) => call('profile_figures', options, given)
export const judgeTexts = (options) => call('judge_texts', options)
// operations: end

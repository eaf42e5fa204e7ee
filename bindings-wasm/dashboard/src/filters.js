// The question: period, zone, comparison, filters.

import { element } from './dom.js'
import { savedViews } from './segment.js'

/** Filters of each report that the page offers. */
const OFFERED = {
  messages: ['channel', 'source', 'type', 'user', 'team', 'broadcast'],
  contacts: ['channel', 'source', 'user'],
}
const ZONES = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : ['UTC']

export function firstQuestion(zone, now) {
  return { zone, now, period: 'last_30_days', granularity: 'auto', compare: false, filters: {}, view: '' }
}

/** How many filters have a value. */
export function setFilters(question) {
  return Object.values(question.filters).filter((values) => values.length > 0).length + (question.view ? 1 : 0)
}

/**
 * The controls; `changed` hears what makes the new question of the one that then stands: two changes may come before an
 * answer.
 */
export async function controls({ kind, question, dataset, locale, text, words, changed }) {
  const change = (part) => changed((now) => ({ ...now, ...(typeof part === 'function' ? part(now) : part) }))
  const refine = (filter, become) => change((now) => ({ filters: { ...now.filters, [filter]: become(now.filters[filter] ?? []) } }))
  const custom = typeof question.period === 'object'
  const presets = Object.keys(words).filter((key) => key.startsWith('period.')).map((key) => key.slice(7))
  const order = ['today', 'yesterday', 'last_7_days', 'last_14_days', 'last_30_days', 'this_week', 'last_week', 'this_month', 'last_month', 'this_quarter', 'last_quarter', 'this_year', 'last_year', 'all_time', 'custom']
  const known = order.filter((preset) => presets.includes(preset))
  const period = select('period', text('period'), known.map((preset) => [preset, words[`period.${preset}`]]), custom ? 'custom' : question.period, (value) => change((now) => ({ period: value === 'custom' ? dates(now) : value })))
  const step = select('step', text('step'), ['auto', 'hour', 'day', 'week', 'month', 'quarter', 'year'].map((unit) => [unit, words[`granularity.${unit}`]]), question.granularity, (granularity) => change({ granularity }))
  const zones = [...new Set([question.zone, 'UTC', ...ZONES])]
  const zone = select('zone', text('zone'), zones.map((name) => [name, name]), question.zone, (value) => change({ zone: value }))
  const day = (end) => element('label', { class: 'field' }, element('span', {}, text(end)), element('input', { type: 'date', id: end, value: question.period[end], onchange: (event) => event.target.value && change((now) => ({ period: { ...(typeof now.period === 'object' ? now.period : question.period), [end]: event.target.value } })) }))
  const compare = element('label', { class: 'check' }, element('input', { type: 'checkbox', id: 'compare', checked: question.compare, onchange: (event) => change({ compare: event.target.checked }) }), text('compare'))
  const groups = await Promise.all(OFFERED[kind].map((filter) => group(filter)))

  async function group(filter) {
    const { choices } = await dataset.choices({ filter, locale })
    if (choices.length === 0) return null
    const values = question.filters[filter] ?? []
    const set = (key, on) => refine(filter, (values) => (on ? [...values, key] : values.filter((value) => value !== key)))
    const box = ({ key, label }) => element('label', { class: 'check' }, element('input', { type: 'checkbox', 'data-filter': filter, 'data-key': String(key), checked: values.includes(key), onchange: (event) => set(key, event.target.checked) }), label)
    return element('fieldset', {}, element('legend', {}, words[`filter.${filter}`]), element('div', { class: 'boxes', tabindex: '0', role: 'group', 'aria-label': words[`filter.${filter}`] }, choices.map(box)))
  }

  const views = savedViews()
  const view = views.length === 0 ? null : element('label', { class: 'field' }, element('span', {}, text('segment')), element('select', { id: 'among', onchange: (event) => change({ view: event.target.value }) }, element('option', { value: '', selected: !question.view }, text('everybody')), views.map(({ name }) => element('option', { value: name, selected: name === question.view }, name))))
  const named = element('label', { class: 'field' }, element('span', {}, text('contact_text')), element('input', { type: 'search', id: 'contact_text', value: question.filters.contact_text?.[0] ?? '', onchange: (event) => refine('contact_text', () => [event.target.value.trim()].filter((words) => words !== '')) }))
  const count = setFilters(question)
  const more = element('details', { class: 'filters', open: count > 0 || filtersOpen, ontoggle: (event) => { filtersOpen = event.target.open } }, element('summary', {}, text('more_filters'), ' ', element('span', { class: 'count' }, count > 0 ? text('set', { count }) : '')), element('div', { class: 'groups' }, named, view, groups), element('button', { type: 'button', class: 'quiet', id: 'clear', disabled: count === 0, onclick: () => change({ filters: {}, view: '' }) }, text('clear')))
  return element('form', { class: 'question', 'aria-label': text('period'), onsubmit: (event) => event.preventDefault() }, element('div', { class: 'row' }, period, custom && [day('from'), day('to')], step, zone, compare), more)
}

let filtersOpen = false

function dates({ now }) {
  const day = (at) => new Date(at).toISOString().slice(0, 10)
  return { from: day(now - 29 * 86_400_000), to: day(now) }
}

function select(id, label, options, chosen, changed) {
  return element('label', { class: 'field' }, element('span', {}, label), element('select', { id, onchange: (event) => changed(event.target.value) }, options.map(([value, name]) => element('option', { value, selected: value === chosen }, name))))
}

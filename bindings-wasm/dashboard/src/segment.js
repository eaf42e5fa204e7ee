// A segment as a tree of conditions: built here, checked and counted by the library.

import { element } from './dom.js'
import { details, meaning } from './faults.js'

const NONE = new Set(['exists', 'not_exists'])
const MANY = new Set(['any_of', 'all_of', 'none_of'])
const SPAN = new Set(['within_last', 'older_than'])
const UNITS = ['minutes', 'hours', 'days', 'weeks', 'months', 'years']
/** Fields whose values are channels of the data. */
const CHANNELS = new Set(['channels', 'connected_channels', 'unsubscribed', 'origin_channel', 'last_channel'])

/** A condition to begin with. */
export function firstCondition() {
  return { field: 'shown_name', operator: 'contains', value: '' }
}

/** How many conditions there are. */
export function conditions(segment) {
  if (segment === null) return 0
  return isGroup(segment) ? partsOf(segment).reduce((sum, part) => sum + conditions(part), 0) : 1
}

/** The segment without conditions that nobody has filled in yet; null where nothing is left. */
export function filled(segment) {
  if (segment === null) return null
  if (!isGroup(segment)) return isEmpty(segment) ? null : segment
  const kept = partsOf(segment).map(filled).filter((part) => part !== null)
  return kept.length === 0 ? null : grouped(kindOf(segment), kept)
}

function isEmpty({ operator, value }) {
  if (NONE.has(operator)) return false
  if (Array.isArray(value)) return value.every((one) => one === '' || one === null)
  return value === '' || value === null || value === undefined || Object.values(Object(value)).some((one) => one === null)
}

/** Whether a value is still missing. */
function isUnfinished({ operator, value }) {
  if (NONE.has(operator)) return false
  const each = Array.isArray(value) ? value : [value]
  return each.length === 0 || each.some((one) => isEmpty({ operator, value: one }))
}

/** Operators of one form take the same values. */
const FORMS = [NONE, MANY, SPAN, new Set(['between'])]
const formOf = (operator) => FORMS.findIndex((form) => form.has(operator))

function kindOf(part) {
  return part.not !== undefined ? 'not' : part.or !== undefined ? 'or' : 'and'
}

function isGroup(part) {
  return part.and !== undefined || part.or !== undefined || part.not !== undefined
}

function partsOf(group) {
  return group.not === undefined ? group[kindOf(group)] : [group.not]
}

function grouped(kind, parts) {
  if (kind !== 'not') return { [kind]: parts }
  return { not: parts.length === 1 ? parts[0] : { and: parts } }
}

/** What stays of a part when it changes, so that a second change before the page is drawn again finds it. */
const marks = new WeakMap()

function markOf(part) {
  if (!marks.has(part)) marks.set(part, {})
  return marks.get(part)
}

/** The parts with what `become` makes of the one with this mark. */
function changedParts(parts, mark, become) {
  return parts.flatMap((part) => {
    if (markOf(part) !== mark) return [part]
    const made = become(part)
    if (made === null) return []
    marks.set(made, mark)
    return [made]
  })
}

/** A segment as the builder shows it: a group, if need be of one condition. */
function rooted(segment) {
  if (segment === null) return { and: [] }
  return isGroup(segment) ? segment : { and: [segment] }
}

/**
 * The builder. `changed(become, focus)` hears every change, as what makes the new segment of the one that then stands:
 * two may come before the page is drawn again. `fault` is what the library says is wrong with the segment; its path says
 * where, and it is told beside that condition.
 */
export function builder({ segment, fault, speech, vocabulary, channels, changed }) {
  const { text, words, locale } = speech
  const types = new Map(vocabulary.contact_fields.map(({ field, type }) => [field, type]))
  const nameOf = (field) => words[`contact_field.${field}`] ?? field
  const place = fault === null ? null : fault.path.replace(/^segment\.?/, '')
  let told = false

  // `replace(become, focus)` puts what `become` makes of the part that then stands there; null takes it away.
  function node(part, path, replace) {
    return isGroup(part) ? group(part, path, replace) : condition(part, path, replace)
  }

  function group(part, path, replace) {
    const kind = kindOf(part)
    const inside = partsOf(part)
    const id = named(`group-${path || 'all'}`)
    const choose = element('select', { id, 'aria-label': text('group'), onchange: (event) => replace((now) => grouped(event.target.value, partsOf(now)), id) }, ['and', 'or', 'not'].map((one) => element('option', { value: one, selected: one === kind }, text(`group_${one}`))))
    const parts = inside.map((child, row) => {
      const below = kind === 'not' ? join(path, 'not') : join(path, `${kind}[${row}]`)
      const mark = markOf(child)
      const next = (become, focus) => replace((now) => {
        const list = changedParts(partsOf(now), mark, become)
        return kindOf(now) === 'not' && list.length === 0 ? (path === '' ? { and: [] } : null) : grouped(kindOf(now), list)
      }, focus)
      return element('li', {}, node(child, below, next))
    })
    const added = named(kind === 'not' ? join(path, `not.and[${inside.length}]`) : join(path, `${kind}[${inside.length}]`))
    const add = (made) => replace((now) => grouped(kindOf(now), [...partsOf(now), made]), added)
    return element('div', { class: 'group', role: 'group', 'aria-label': text(`group_${kind}`) }, element('div', { class: 'head' }, choose, path !== '' && remove(() => replace(() => null, 'segment-head'))), element('ul', {}, parts), element('div', { class: 'buttons' }, element('button', { type: 'button', class: 'quiet', id: path === '' ? 'add-condition' : null, onclick: () => add(firstCondition()) }, text('add_condition')), element('button', { type: 'button', class: 'quiet', onclick: () => add({ and: [firstCondition()] }) }, text('add_group'))))
  }

  function condition(part, path, replace) {
    const id = named(path)
    const type = types.get(part.field) ?? 'text'
    const wrong = place !== null && !told && (place === path || place.startsWith(`${path}.`) || (path === '' && place === ''))
    if (wrong) told = true
    const fields = [...types.keys()].map((field) => [field, nameOf(field)]).sort(([, one], [, other]) => one.localeCompare(other, locale))
    const field = picker(id, text('field'), fields, part.field, (value) => replace((now) => fitted({ ...now, field: value }, types, vocabulary), id), wrong)
    const operators = vocabulary.operators[type].map((operator) => [operator, text(`operator_${operator}`)])
    const operator = picker(`${id}-operator`, text('operator'), operators, part.operator, (value) => replace((now) => fitted({ ...now, operator: value }, types, vocabulary), `${id}-operator`), wrong)
    const parts = [field, operator, ...values(part, type, id, replace, wrong), remove(() => replace(() => null, 'segment-head'))]
    // The page's own words first; those of the library say exactly what and what would do.
    const said = () => (isUnfinished(part) ? [text('fill_in')] : [fault.code === 'malformed_value' ? text('value_unfit') : meaning(fault, speech).sentence, details(fault, text)])
    const told_words = wrong ? element('div', { class: 'fault', role: 'alert', id: `${id}-fault` }, said()) : null
    return element('div', { class: wrong ? 'condition wrong' : 'condition' }, element('div', { class: 'parts' }, parts), told_words)
  }

  function values(part, type, id, replace, wrong) {
    if (NONE.has(part.operator)) return []
    // A value for a field or an operator that is there no more is none.
    const fits = (now) => now.field === part.field && formOf(now.operator) === formOf(part.operator)
    const become = (made, which) => replace((now) => (fits(now) ? { ...now, value: made(now.value) } : now), `${id}-value${which}`)
    const set = (value, which = '') => become(() => value, which)
    const about = { 'aria-invalid': wrong ? 'true' : null, 'aria-describedby': wrong ? `${id}-fault` : null }
    if (SPAN.has(part.operator) || (type === 'duration' && part.operator !== 'between')) return [span(part.value, '', set, id, about)]
    if (part.operator === 'between') {
      const ends = Array.isArray(part.value) ? part.value : ['', '']
      const other = (row) => (value) => become((now) => { const [from, to] = Array.isArray(now) ? now : ['', '']; return row === 0 ? [value, to] : [from, value] }, `-${row}`)
      if (type === 'duration') return [0, 1].map((row) => span(ends[row], `-${row}`, (value) => other(row)(value), id, about))
      return [0, 1].map((row) => input(type, ends[row] ?? '', `${id}-value-${row}`, text(row === 0 ? 'from' : 'to'), other(row), about))
    }
    if (CHANNELS.has(part.field)) {
      const chosen = Array.isArray(part.value) ? part.value : [part.value]
      const several = MANY.has(part.operator)
      const listen = (event) => {
        const picked = [...event.target.selectedOptions].map((option) => channels[Number(option.value)].id)
        set(several ? picked : picked[0])
      }
      const list = element('select', { id: `${id}-value`, multiple: several, size: several ? Math.min(4, channels.length) : null, 'aria-label': text('value'), onchange: listen, ...about }, !several && element('option', { value: '', selected: !chosen[0], disabled: true }, ''), channels.map((channel, row) => element('option', { value: String(row), selected: chosen.includes(channel.id) }, channel.name ?? String(channel.id))))
      return [list]
    }
    if (type === 'flag') {
      return [element('select', { id: `${id}-value`, 'aria-label': text('value'), onchange: (event) => set(event.target.value === 'yes'), ...about }, [['yes', true], ['no', false]].map(([name, value]) => element('option', { value: name, selected: part.value === value }, text(name))))]
    }
    if (MANY.has(part.operator)) {
      const list = Array.isArray(part.value) ? part.value : []
      const read = (value) => set(value.split(',').map((one) => one.trim()).filter((one) => one !== '').map((one) => number(type, one)))
      return [input('text', list.join(', '), `${id}-value`, text('values'), read, { ...about, placeholder: text('values') })]
    }
    return [input(type, part.value ?? '', `${id}-value`, text('value'), (value) => set(number(type, value)), about)]
  }

  function span(value, which, set, id, about) {
    const [unit = 'days', amount = null] = Object.entries(Object(value))[0] ?? []
    const count = element('input', { type: 'number', min: 0, step: 1, id: `${id}-value${which}`, value: amount ?? '', 'aria-label': text('value'), class: 'short', onchange: (event) => set({ [unit]: event.target.value === '' ? null : Number(event.target.value) }, which), ...about })
    const units = element('select', { 'aria-label': text('unit'), onchange: (event) => set({ [event.target.value]: amount }, which) }, UNITS.map((one) => element('option', { value: one, selected: one === unit }, text(`unit_${one}`))))
    return element('span', { class: 'span' }, count, units)
  }

  return element('div', { class: 'builder', id: 'segment-head', tabindex: '-1' }, group(rooted(segment), '', (become, focus) => changed((now) => become(rooted(now)) ?? { and: [] }, focus)))

  function remove(act) {
    return element('button', { type: 'button', class: 'quiet remove', 'aria-label': text('remove'), title: text('remove'), onclick: act }, '×')
  }
}

/** The condition with an operator and a value of the right form for its field. */
function fitted(part, types, vocabulary) {
  const type = types.get(part.field) ?? 'text'
  const fit = vocabulary.operators[type]
  const operator = fit.includes(part.operator) ? part.operator : fit[0]
  const made = { field: part.field, operator }
  if (NONE.has(operator)) return made
  if (SPAN.has(operator) || (type === 'duration' && operator !== 'between')) return { ...made, value: spanOf(part.value) }
  if (operator === 'between') return { ...made, value: type === 'duration' ? [{ days: 1 }, { days: 7 }] : ['', ''] }
  if (MANY.has(operator)) return { ...made, value: Array.isArray(part.value) && !CHANNELS.has(part.field) ? part.value : [] }
  if (type === 'flag') return { ...made, value: part.value === true || part.value === false ? part.value : true }
  return { ...made, value: typeof part.value === 'string' && !CHANNELS.has(part.field) ? part.value : '' }
}

function spanOf(value) {
  const isSpan = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).every((unit) => UNITS.includes(unit))
  return isSpan ? value : { days: 7 }
}

function number(type, value) {
  return type === 'number' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : value
}

function input(type, value, id, label, set, about) {
  const kinds = { instant: 'date', date: 'date', time: 'time', number: 'number' }
  return element('input', { type: kinds[type] ?? 'text', id, value: String(value), 'aria-label': label, onchange: (event) => set(event.target.value), ...about })
}

function picker(id, label, options, chosen, set, wrong) {
  return element('select', { id, 'aria-label': label, 'aria-describedby': wrong ? `${id}-fault` : null, onchange: (event) => set(event.target.value) }, options.map(([value, name]) => element('option', { value, selected: value === chosen }, name)))
}

function join(path, step) {
  return path === '' ? step : `${path}.${step}`
}

/** A path as the id of an element. */
function named(path) {
  return `node-${path.replaceAll(/[^a-z0-9]+/gi, '-')}`
}

/** Views that were saved in this browser: segments under names. */
export function savedViews() {
  try {
    const found = JSON.parse(localStorage.getItem('views') ?? '[]')
    return Array.isArray(found) ? found.filter(({ name, segment }) => typeof name === 'string' && typeof segment === 'object') : []
  } catch {
    return []
  }
}

export function saveView(name, segment) {
  const others = savedViews().filter((view) => view.name !== name)
  localStorage.setItem('views', JSON.stringify([...others, { name, segment }].sort((one, other) => one.name.localeCompare(other.name))))
}

export function dropView(name) {
  localStorage.setItem('views', JSON.stringify(savedViews().filter((view) => view.name !== name)))
}

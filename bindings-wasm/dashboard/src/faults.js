// What is wrong, in the language of the page: a sentence for every code, the place in words, what would be possible. The
// exact words of the library, which are English, stay behind it.

import { element } from './dom.js'
import { filledIn, WORDS } from './texts.js'

const TABLES = new Set(['messages', 'events', 'contacts', 'channels', 'users', 'teams', 'broadcasts'])
/** Controls of the page that a question is asked with, by the option that they set. */
const CONTROLS = { zone: 'zone', period: 'period', 'period.from': 'from', 'period.to': 'to', granularity: 'step' }
const MOST = 12

/** What an error means: a sentence, where, and which values would be possible. */
export function meaning(fault, { locale, text, words, number }) {
  const { code, kind, detail = '', path = '', hint } = fault
  const { FAULTS, KINDS, TEXTS } = WORDS[locale]
  const sentence = isTime(fault) ? TEXTS.no_time : (FAULTS[code] ?? KINDS[kind] ?? KINDS.internal)
  const [value] = quoted(detail)
  return {
    sentence: filledIn(sentence, value === undefined ? {} : { value: filledIn(WORDS[locale].PLACES.value, { value }) }),
    place: placeOf(path, { locale, text, words, number }),
    ...possible(code, hint ?? ''),
  }
}

/** Whether a cell of a time cannot be read. */
export function isTime({ code, path }) {
  return code === 'invalid_value' && /[._]at$/.test(path)
}

/** What stands in backticks: input, names of columns, labels. */
function quoted(text) {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, found]) => found)
}

/** The values of a hint, and what they are: those that are allowed, the names that a file has, or an example. */
function possible(code, hint) {
  const values = quoted(hint)
  if (values.length === 0) return { label: null, values }
  if (hint.startsWith('allowed: ')) return { label: 'allowed', values }
  if (hint.startsWith('did you mean')) return { label: 'meant', values: values.slice(0, 1) }
  if (code === 'missing_column') return { label: 'file_has', values }
  return { label: null, values: [] }
}

/** A path as words: `messages.line[17].sent_at` is “messages, line 17, column sent_at”. */
export function placeOf(path, { locale, text, words, number }) {
  const { PLACES } = WORDS[locale]
  const steps = [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, row]) => name ?? Number(row))
  const [first] = steps
  if (CONTROLS[path] ?? CONTROLS[first]) return text(CONTROLS[path] ?? CONTROLS[first])
  if (first === 'filters' && typeof steps[1] === 'string') return filledIn(PLACES.filter, { name: words[`filter.${steps[1]}`] ?? steps[1] })
  if (first === 'segment') return text('segment')
  if (first === 'webhooks' && typeof steps[1] === 'number') return filledIn(PLACES.webhook, { number: number(steps[1] + 1) })
  if (first === 'merges') return PLACES.merges
  if (!TABLES.has(first)) return path
  const said = [PLACES[first]]
  for (let at = 1; at < steps.length; at++) {
    const step = steps[at]
    if ((step === 'line' || step === 'column') && typeof steps[at + 1] === 'number') {
      at += 1
      said.push(filledIn(PLACES[step === 'line' ? 'line' : 'column_number'], { number: number(step === 'line' ? steps[at] : steps[at] + 1) }))
    } else if (typeof step === 'number') {
      said.push(filledIn(PLACES.row, { number: number(step + 1) }))
    } else {
      said.push(filledIn(PLACES.column, { name: step }))
    }
  }
  return said.join(', ')
}

/** An error as a part of the page. */
export function problem(fault, title, { locale, text, words = {}, number, kept = false, file = null }) {
  const { sentence, place, label, values } = meaning(fault, { locale, text, words, number })
  const fact = (name, ...value) => [element('dt', {}, text(name)), element('dd', {}, ...value)]
  const shown = values.slice(0, MOST)
  const facts = [
    file !== null && fact('file', file),
    place !== '' && fact('place', place),
    label !== null && fact(label, shown.map((value) => element('code', { class: 'word' }, value)), values.length > MOST && ' …'),
  ]
  return element('section', { class: 'problem', role: 'alert' }, element('h2', {}, title), element('p', { class: 'sentence' }, sentence), facts.some(Boolean) && element('dl', {}, facts), kept && element('p', {}, text('try_again')), details(fault, text))
}

/** The words of the library, for whoever has to look deeper. */
export function details({ code, path, detail, message, hint }, text) {
  const lines = [[path, code].filter(Boolean).join(' · '), detail ?? message, hint]
  return element('details', { class: 'exact' }, element('summary', {}, text('details')), element('div', { lang: 'en' }, lines.filter(Boolean).map((line) => element('p', {}, line))))
}

/** Why a command was refused, in words. */
export function refusalOf(refusal, locale) {
  const kind = refusal.refusal ?? refusal.kind ?? ''
  return WORDS[locale].REFUSALS[kind] ?? kind.replaceAll('_', ' ')
}

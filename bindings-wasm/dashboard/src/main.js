// The page: data in, a question, the answers. Everything that takes time happens in a worker.

import { createWorkerClient } from '@omnicontact/web'
import { sweep } from './charts.js'
import { Data } from './data.js'
import { download, element } from './dom.js'
import { details, meaning, problem, refusalOf } from './faults.js'
import { controls, firstQuestion } from './filters.js'
import { card } from './part.js'
import { people } from './people.js'
import { quota } from './quota.js'
import { savedViews } from './segment.js'
import './style.css'
import { LOCALES, texts } from './texts.js'
import { workspaceOf } from './workspace.js'

const content = document.querySelector('#content')
const status = document.querySelector('#status')
const VIEWS = ['messages', 'contacts', 'people', 'quota']

const page = {
  client: null,
  data: null,
  home: null,
  view: 'messages',
  question: null,
  /** The zone that somebody chose; other data is shown in it as well. */
  zone: null,
  locale: firstLocale(),
  words: {},
  vocabulary: null,
  fault: null,
  webhooks: null,
  folded: 0,
  reports: [],
  people: blankPeople(),
  turn: 0,
  loads: 0,
}

function blankPeople() {
  return { search: '', segment: null, view: '', name: '', open: false, cursors: [], chosen: [] }
}

function firstLocale() {
  const wanted = localStorage.getItem('locale') ?? navigator.language.slice(0, 2)
  return LOCALES.includes(wanted) ? wanted : 'en'
}

const text = (name, places) => texts(page.locale)(name, places)
const number = (value) => new Intl.NumberFormat(page.locale).format(value)
/** Shares come rounded to two decimals so that they add to 100; with fewer they would not. */
const percent = (value, digits = 2) => new Intl.NumberFormat(page.locale, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value / 100)
const size = (bytes) => new Intl.NumberFormat(page.locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(bytes / 1e6)
const when = (at) => new Intl.DateTimeFormat(page.locale, { dateStyle: 'short', timeStyle: 'short', timeZone: page.question?.zone ?? 'UTC' }).format(at)

/** Dates from and to, as the language writes them. */
function days(range) {
  const [from, to] = range.map((date) => Date.parse(`${date}T00:00:00Z`))
  return new Intl.DateTimeFormat(page.locale, { dateStyle: 'medium', timeZone: 'UTC' }).formatRange(from, to)
}

function announce(words) {
  status.textContent = ''
  setTimeout(() => { status.textContent = words }, 50)
  for (const old of document.querySelectorAll('.toast')) old.remove()
  const toast = element('div', { class: 'toast', 'aria-hidden': 'true' }, words)
  document.body.append(toast)
  setTimeout(() => toast.remove(), 4000)
}

/** What every part of the page needs to speak. */
const speech = () => ({ locale: page.locale, text, words: page.words, number })

async function setLocale(locale) {
  page.locale = locale
  localStorage.setItem('locale', locale)
  document.documentElement.lang = locale
  document.querySelector('#locale').value = locale
  page.vocabulary = await page.client.call('vocabulary', { locale })
  page.words = page.vocabulary.words
  for (const place of document.querySelectorAll('[data-text]')) place.textContent = text(place.dataset.text)
  showTheme()
}

function showTheme() {
  const dark = document.documentElement.dataset.theme === 'dark'
  document.querySelector('#theme').textContent = text(dark ? 'light' : 'dark')
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme
  localStorage.setItem('theme', theme)
  showTheme()
}

/** Where data comes from: a drop, a choice, the sample. */
function welcome() {
  const input = element('input', { type: 'file', multiple: true, id: 'files', class: 'hidden', onchange: (event) => loadFiles([...event.target.files]) })
  const choose = element('label', { class: 'button', for: 'files' }, text('choose'))
  const sample = element('button', { type: 'button', class: 'main', id: 'sample', onclick: loadSample }, text('sample'))
  const columns = 'id, sent_at, direction, contact, channel, source, user, content'
  return element('section', { class: 'welcome' }, element('h1', {}, text('welcome')), element('p', {}, text('welcome_more')), element('div', { class: 'drop' }, element('strong', {}, text('drop')), element('p', { class: 'buttons' }, sample, input, choose), element('p', { class: 'progress', id: 'progress', role: 'status' })), element('p', { class: 'hint' }, text('files_hint', { columns })))
}

/** Why the last files could not be read, above everything else. */
function tellFault() {
  content.querySelector('#broken')?.remove()
  if (page.fault === null) return
  for (const old of document.querySelectorAll('.toast')) old.remove()
  const told = problem(page.fault, text('broken'), { ...speech(), kept: page.data !== null, file: page.fault.file ?? null })
  told.id = 'broken'
  content.prepend(told)
  told.scrollIntoView({ block: 'nearest' })
}

/** What is going on, on the first page or above the others; an empty text when it is over. */
function progress(words) {
  let told = document.querySelector('#progress')
  if (told === null && words !== '') document.body.append((told = element('div', { class: 'toast', id: 'progress', role: 'status' })))
  if (words === '' && told?.classList.contains('toast')) told.remove()
  else if (told !== null) told.textContent = words
}

/** Takes other data; what is asked for last is what stays. `load` is given what tells how far it is. */
async function begin(load, zone) {
  const turn = ++page.loads
  const tell = (words) => turn === page.loads && progress(words)
  content.setAttribute('aria-busy', 'true')
  page.fault = null
  try {
    const next = await load(tell)
    if (turn !== page.loads) {
      next.free()
      return
    }
    leave()
    page.data = next
    const spans = [next.dataset.messageSpan, next.dataset.eventSpan].filter(Boolean)
    const last = Math.max(...spans.map(([, end]) => Number(end)), 0) || Date.now()
    page.question = firstQuestion(page.zone ?? zone, last + 1)
    page.people = blankPeople()
    const { webhooks } = next
    page.webhooks = webhooks
    page.folded = next.dataset.foldedCount
    announce(text('loaded', { messages: next.dataset.messageCount, events: next.dataset.eventCount }))
    await show()
  } catch (fault) {
    if (turn !== page.loads) return
    page.fault = fault
    tellFault()
    content.removeAttribute('aria-busy')
    progress('')
  }
}

/** Gives back what the data hold. */
function leave() {
  page.data?.free()
  page.data = null
  page.home?.then(({ workspace }) => workspace.free(), () => undefined)
  page.home = null
}

/** What came of webhooks, and what could not be read of them. */
function unread({ errors, unmatched, count }) {
  const line = (fault) => {
    const { sentence, place } = meaning(fault, speech())
    return element('li', {}, element('strong', {}, place), ' ', sentence, details(fault, text))
  }
  const lines = errors.slice(0, 5).map(line)
  const more = unmatched > 0 && element('p', {}, text('unmatched', { count: unmatched }))
  return element('section', { class: 'note', id: 'webhooks', role: 'status' }, element('p', {}, text('webhooks_read', { count }), ' ', errors.length > 0 && text('webhooks_unread', { count: errors.length })), lines.length > 0 && element('ul', { class: 'list' }, lines), more)
}

function loadSample() {
  return begin(() => new Data(page.client).sample({}), 'America/Guayaquil')
}

function loadFiles(files) {
  if (files.length === 0) return undefined
  const zone = page.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const read = (tell) => ({ bytes, rows }) => tell(text('read', { bytes: size(bytes), rows }))
  progress(text('loading'))
  return begin((tell) => new Data(page.client).files(files, { onProgress: read(tell), zone }), zone)
}

/** The workspace that people and quota read, made once for its data, when it is first looked at. */
function home() {
  if (page.home === null) {
    const made = opened(page.data, page.question)
    page.home = made
    made.catch(() => { if (page.home === made) page.home = null })
  }
  return page.home
}

async function opened(data, { zone, now }) {
  const found = await data.people({ zone, now })
  const made = await workspaceOf(page.client, found, zone)
  const persons = found.people.sort((one, other) => (other.last ?? 0) - (one.last ?? 0))
  return { ...made, persons, channelNames: found.channelNames, now: Math.max(now, made.last) }
}

const refused = (refusal) => refusalOf(refusal, page.locale)

/** Shows the view anew; the focus goes to `focus`, or stays where somebody has taken it in the meantime. */
async function show(focus) {
  const turn = ++page.turn
  const before = document.activeElement
  for (const tab of content.querySelectorAll('[data-view]')) {
    if (tab.dataset.view === page.view) tab.setAttribute('aria-current', 'page')
    else tab.removeAttribute('aria-current')
  }
  document.querySelector('#another').hidden = page.data === null
  if (page.data === null) {
    content.removeAttribute('aria-busy')
    progress('')
    content.replaceChildren(welcome())
    tellFault()
    return
  }
  const tabs = element('nav', { class: 'tabs', 'aria-label': text('views') }, VIEWS.map((view) => element('button', { type: 'button', 'data-view': view, 'aria-current': view === page.view ? 'page' : null, onclick: () => { page.view = view; page.fault = null; show(`[data-view="${view}"]`) } }, page.words[`report.${view}`] ?? text(view))))
  const made = element('div', {}, element('h1', { class: 'hidden' }, page.words[`report.${page.view}`] ?? text(page.view)), tabs)
  const shared = { ...speech(), percent, when, announce, refused, again: show }
  const reports = []
  content.setAttribute('aria-busy', 'true')
  const slow = setTimeout(() => progress(text('counting')), 250)
  try {
    if (page.view === 'people') made.append(await people({ ...shared, client: page.client, locale: page.locale, zone: page.question.zone, data: page.data, home: { ...(await home()), vocabulary: page.vocabulary }, state: page.people }))
    else if (page.view === 'quota') made.append(await quota({ ...shared, home: await home() }))
    else await report(made, shared, reports)
  } catch (fault) {
    made.append(problem(fault, text('wrong_question'), speech()))
  } finally {
    clearTimeout(slow)
  }
  if (turn !== page.turn) {
    for (const old of reports) old.free()
    return
  }
  content.removeAttribute('aria-busy')
  progress('')
  const left = content.contains(document.activeElement) ? document.activeElement : null
  const stays = left === null ? () => null : placeOf(left)
  content.replaceChildren(made)
  tellFault()
  for (const fill of made.fills ?? []) fill()
  for (const old of page.reports) old.free()
  page.reports = reports
  sweep()
  content.querySelector('.tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  const wanted = () => (focus === undefined ? null : content.querySelector(/^[#[]/.test(focus) ? focus : `#${focus}`))
  const target = left === null || left === before ? (wanted() ?? stays()) : (stays() ?? wanted())
  if (target === null) return
  target.focus({ preventScroll: true })
  // What somebody has typed while this was made stays, and where.
  if (target.id !== '' && target.id === left?.id && target.type === left.type && TYPED.has(left.type)) {
    target.value = left.value
    if (left.selectionStart !== null) target.setSelectionRange(left.selectionStart, left.selectionEnd)
  }
}

const TYPED = new Set(['text', 'search', 'number', 'date', 'time'])
const FOCUSED = 'a, button, input, select, summary, [tabindex]'

/** Finds what stands where an element stood, once its view is made anew: by its id, or counted from what has one. */
function placeOf(one) {
  if (one.id !== '') return () => document.getElementById(one.id)
  const { id } = one.parentElement.closest('[id]')
  const inside = () => [...document.getElementById(id)?.querySelectorAll(FOCUSED) ?? []]
  const row = inside().indexOf(one)
  return () => {
    const found = inside()[row]
    return found?.tagName === one.tagName ? found : null
  }
}

/** Ids of the contacts of a saved view. */
async function among(name) {
  const view = savedViews().find((saved) => saved.name === name)
  if (view === undefined) return null
  const { workspace, persons, contacts, now } = await home()
  const { contacts: found } = await workspace.selectContacts({ zone: page.question.zone, now, segment: view.segment })
  const chosen = new Set(found)
  return persons.filter((person) => chosen.has(contacts.get(person.key))).map((person) => person.id)
}

async function report(made, shared, reports) {
  const kind = page.view
  const { dataset } = page.data
  const changed = (become) => {
    const question = become(page.question)
    if (question.zone !== page.question.zone) page.zone = question.zone
    page.question = question
    return show()
  }
  if (page.webhooks) made.append(unread(page.webhooks))
  if (page.data.localZone !== null) made.append(element('p', { class: 'hint', id: 'local-times' }, text('local_times', { zone: page.data.localZone })))
  if (page.folded > 0) made.append(element('p', { class: 'hint', id: 'folded' }, text('folded', { count: page.folded })))
  made.append(await controls({ ...shared, kind, question: page.question, dataset, locale: page.locale, changed }))
  const offered = kind === 'messages' ? page.question.filters : Object.fromEntries(Object.entries(page.question.filters).filter(([filter]) => !['type', 'team', 'broadcast'].includes(filter)))
  const filters = Object.fromEntries(Object.entries(offered).filter(([, values]) => values.length > 0))
  const { period, zone, now, granularity, compare } = page.question
  if (page.question.view) filters.among = await among(page.question.view)
  const found = await dataset[kind === 'messages' ? 'messagesReport' : 'contactsReport']({ period, zone, now, granularity, compare, filters, locale: page.locale })
  reports.push(found)
  const partly = new Set(found.components.flatMap((part) => (part.state === 'not_applicable' ? part.filters : [])))
  if (partly.size > 0) made.append(element('p', { class: 'note', id: 'partly' }, text('some_do_not_apply', { filters: [...partly].map((filter) => page.words[`filter.${filter}`] ?? filter).join(', ') })))
  const range = found.period.dates
  const line = element('div', { class: 'about' }, element('p', {}, range ? `${days(range)} · ` : '', found.zone), element('button', { type: 'button', class: 'quiet', id: 'as-page', onclick: async () => download(`${kind}.html`, 'text/html', await found.html()) }, text('download_page')))
  const grid = element('div', { class: 'grid' })
  made.append(line, grid)
  // Charts need the width of the page: cards are filled when they stand there.
  made.fills = [() => grid.append(...found.components.map((part) => card(part, { ...shared, report: found })))]
}

function listen() {
  document.querySelector('#locale').addEventListener('change', async (event) => {
    await setLocale(event.target.value)
    await show()
  })
  document.querySelector('#theme').addEventListener('click', async () => {
    setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark')
    await show()
  })
  document.querySelector('#another').addEventListener('click', () => {
    page.loads++
    leave()
    show('#sample')
  })
  let deep = 0
  const files = (event) => event.dataTransfer?.types.includes('Files')
  addEventListener('dragenter', (event) => files(event) && (deep++, document.body.classList.add('over')))
  addEventListener('dragleave', () => (deep = Math.max(0, deep - 1)) === 0 && document.body.classList.remove('over'))
  addEventListener('dragover', (event) => files(event) && event.preventDefault())
  addEventListener('drop', (event) => {
    if (!files(event)) return
    event.preventDefault()
    deep = 0
    document.body.classList.remove('over')
    loadFiles([...event.dataTransfer.files])
  })
}

async function start() {
  const stored = localStorage.getItem('theme')
  document.documentElement.dataset.theme = stored ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
  try {
    page.client = await createWorkerClient()
    await setLocale(page.locale)
    listen()
    await show()
  } catch (fault) {
    content.replaceChildren(problem(fault, text('broken'), speech()))
  }
}

start()

// People: a table with search and segments, a merge with its preview, and what was merged.

import { element } from './dom.js'
import { builder, conditions, dropView, filled, saveView, savedViews } from './segment.js'

const PAGE = 25

/** The view; `state` outlives it: search, segment, place, the two that are chosen. */
export async function people({ data, home, state, zone, text, words, number, when, announce, again, refused, client, locale }) {
  const { workspace, persons } = home
  const byContact = new Map(persons.filter((person) => home.contacts.has(person.key)).map((person) => [home.contacts.get(person.key), person]))
  const asked = { zone, now: home.now, locale }
  let fault = null
  const segment = filled(state.segment)
  if (segment !== null) await client.call('check_segment', { zone, now: home.now, segment }).catch((wrong) => { fault = wrong })
  const found = await page()
  const marks = await highlights()
  const view = element('div', { class: 'columns' })
  view.append(table(), element('div', {}, await preview(), merges()))
  return view

  /** The page of the table, and its first row among all. */
  async function page() {
    const search = state.search.trim() === '' ? null : state.search
    const cursor = state.cursors.at(-1) ?? null
    const shown = await workspace.contactsPage({ ...asked, segment: fault === null ? segment : null, search, sort: { field: 'last_interaction', descending: true }, limit: PAGE, cursor })
    return { ...shown, first: state.cursors.length * PAGE }
  }

  /** Where the search was found: by contact. */
  async function highlights() {
    if (state.search.trim() === '') return new Map()
    const { hits } = await workspace.searchContacts({ query: state.search, limit: 500 })
    return new Map(hits.map((hit) => [hit.contact, hit.highlights]))
  }

  function table() {
    const search = element('input', { type: 'search', id: 'search', value: state.search, placeholder: text('search'), 'aria-label': text('search'), oninput: (event) => { state.search = event.target.value; state.cursors = []; again('search') } })
    const move = (name, act, disabled) => element('button', { type: 'button', class: 'quiet', id: `people-${name}`, disabled, onclick: () => { act(); again(`people-${name}`) } }, text(name))
    const pages = element('nav', { class: 'pages', 'aria-label': text('people') }, move('previous', () => state.cursors.pop(), state.cursors.length === 0), element('span', { role: 'status' }, found.total === 0 ? '' : text('rows_shown', { first: number(found.first + 1), last: number(found.first + found.contacts.length), total: number(found.total) })), move('next', () => state.cursors.push(found.cursor), found.cursor === null))
    const head = element('tr', {}, element('th', { scope: 'col' }, element('span', { class: 'hidden' }, text('select_column'))), element('th', { scope: 'col' }, text('contact')), element('th', { scope: 'col' }, text('channels')), element('th', { scope: 'col' }, text('last_seen')))
    const body = found.contacts.map((id) => byContact.get(id)).filter(Boolean).map(line)
    return element('section', { class: 'card', 'aria-labelledby': 'title-people' }, element('header', {}, element('h3', { id: 'title-people' }, text('contacts_count', { count: found.total }))), element('div', { class: 'body' }, search, segments(), body.length === 0 ? element('p', { class: 'empty' }, text('no_contacts')) : element('div', { class: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': text('people') }, element('table', {}, element('thead', {}, head), element('tbody', {}, body))), pages))
  }

  /** The segment builder, and the views that were saved. */
  function segments() {
    const views = savedViews()
    const changed = (become, focus) => { state.segment = become(state.segment); state.cursors = []; again(focus) }
    const turn = (view) => { state.view = view?.name ?? ''; state.name = state.view; changed(() => view?.segment ?? null, 'view') }
    const choose = element('select', { id: 'view', onchange: (event) => turn(views.find(({ name }) => name === event.target.value)) }, element('option', { value: '', selected: state.view === '' }, text('everybody')), views.map(({ name }) => element('option', { value: name, selected: name === state.view }, name)))
    const name = element('input', { type: 'text', id: 'view-name', value: state.name, oninput: (event) => { state.name = event.target.value }, maxlength: 60, 'aria-label': text('view_name'), placeholder: text('view_name') })
    const save = (event) => {
      event.preventDefault()
      const wanted = name.value.trim()
      if (wanted === '' || segment === null || fault !== null) return announce(text(wanted === '' ? 'name_it' : 'nothing_to_save'))
      saveView(wanted, segment)
      state.view = wanted
      announce(text('view_saved', { name: wanted }))
      return again('view')
    }
    const drop = element('button', { type: 'button', class: 'quiet', disabled: state.view === '', onclick: () => { dropView(state.view); turn(undefined) } }, text('delete_view'))
    const made = builder({ segment: state.segment, fault, speech: { locale, text, words, number }, vocabulary: home.vocabulary, channels: home.channels, changed })
    const count = conditions(segment)
    return element('details', { class: 'filters', id: 'segment', open: state.open || fault !== null, ontoggle: (event) => { state.open = event.target.open } }, element('summary', {}, text('segment'), ' ', element('span', { class: 'count' }, count > 0 ? text('conditions', { count }) : '')), element('p', { class: 'hint' }, text('segment_more')), element('div', { class: 'row' }, element('label', { class: 'field' }, element('span', {}, text('view')), choose)), made, element('form', { class: 'row', onsubmit: save }, name, element('button', { id: 'save-view' }, text('save_view')), drop))
  }

  function line(person) {
    const place = state.chosen.indexOf(person.key)
    const box = element('input', { type: 'checkbox', 'aria-label': text('select', { name: nameOf(person) }), checked: place >= 0, 'data-person': String(person.id), onchange: (event) => { state.chosen = event.target.checked ? [...state.chosen, person.key].slice(-2) : state.chosen.filter((key) => key !== person.key); again(`[data-person="${CSS.escape(String(person.id))}"]`) } })
    const at = marks.get(home.contacts.get(person.key)) ?? []
    const name = at.find((mark) => mark.text === nameOf(person))
    const others = at.filter((mark) => mark !== name).slice(0, 2)
    const small = others.length === 0 ? String(person.id) : others.map((mark, row) => [row > 0 && ' · ', marked(mark)])
    return element('tr', { class: place >= 0 ? 'chosen' : null }, element('td', {}, box), element('th', { scope: 'row' }, name === undefined ? nameOf(person) : marked(name), element('small', {}, small)), element('td', {}, [...person.channels.keys()].map((id) => element('span', { class: 'tag' }, home.channelNames.get(id) ?? String(id)))), element('td', { class: 'when' }, person.last === null ? '' : when(person.last)))
  }

  async function preview() {
    const [primary, secondary] = state.chosen.map((key) => persons.find((person) => person.key === key)).filter(Boolean)
    const body = element('div', { class: 'body' })
    const card = element('section', { class: 'card', 'aria-labelledby': 'title-merge', id: 'merge' }, element('header', {}, element('h3', { id: 'title-merge' }, text('preview'))), body)
    if (secondary === undefined) {
      body.append(element('p', { class: 'empty' }, text('choose_two')))
      return card
    }
    const ids = { primary: home.contacts.get(primary.key), secondary: home.contacts.get(secondary.key) }
    body.append(element('dl', { class: 'two' }, element('dt', {}, text('primary')), element('dd', {}, nameOf(primary)), element('dt', {}, text('secondary')), element('dd', {}, nameOf(secondary))))
    const plan = ids.primary && ids.secondary ? await workspace.planMerge(ids) : null
    if (plan?.refusal !== undefined) {
      body.append(element('p', { role: 'alert' }, refused(plan)))
    } else if (plan !== null) {
      const both = plan.fields.filter((field) => field.primary !== null || field.secondary !== null)
      const facts = both.map((field) => element('tr', {}, element('th', { scope: 'row' }, words[`contact_field.${field.field}`] ?? field.field), [field.primary, field.secondary, field.value].map((value) => element('td', {}, words[`source.${value}`] ?? value ?? ''))))
      const head = element('tr', {}, element('td', {}), element('th', { scope: 'col' }, text('primary')), element('th', { scope: 'col' }, text('secondary')), element('th', { scope: 'col' }, text('keeps')))
      if (facts.length > 0) body.append(element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': text('preview') }, element('table', {}, element('thead', {}, head), element('tbody', {}, facts))))
      body.append(element('p', {}, text('channels'), ': ', plan.merged.identities.map((identity) => element('span', { class: 'tag' }, home.channelNames.get(identity.channel) ?? String(identity.channel)))))
    }
    const swap = element('button', { type: 'button', class: 'quiet', onclick: () => { state.chosen = [secondary.key, primary.key]; again('#swap') }, id: 'swap' }, text('swap'))
    const go = element('button', { type: 'button', class: 'main', id: 'do-merge', onclick: () => merge(primary, secondary, ids) }, text('merge'))
    body.append(element('p', { class: 'buttons' }, go, swap))
    return card
  }

  async function merge(primary, secondary, ids) {
    const at = home.now
    if (ids.primary && ids.secondary) {
      const { outcome } = await workspace.execute({ at, command: { merge: { primary: ids.primary, secondaries: [ids.secondary] } } })
      if (outcome.kind === 'refused') return announce(text('refused', { reason: refused(outcome) }))
    }
    await data.merge(primary, secondary, at)
    state.chosen = []
    announce(text('did_merge', { primary: nameOf(primary), secondary: nameOf(secondary) }))
    await again('#merges')
  }

  async function undo(merge) {
    const ids = { primary: home.contacts.get(merge.primary.key), secondary: home.contacts.get(merge.secondary.key) }
    if (ids.primary && ids.secondary) {
      const { outcome } = await workspace.execute({ at: home.now, command: { unmerge: ids } })
      if (outcome.kind === 'refused') return announce(text('refused', { reason: refused(outcome) }))
    }
    await data.unmerge(merge, home.now)
    announce(text('did_unmerge', { secondary: nameOf(merge.secondary) }))
    await again('#merges')
  }

  function merges() {
    const item = (merge) => element('li', {}, text('merged_into', { primary: nameOf(merge.primary), secondary: nameOf(merge.secondary) }), ' ', merge.undone === null ? element('button', { type: 'button', class: 'quiet', onclick: () => undo(merge) }, text('unmerge')) : element('em', {}, text('undone')))
    return element('section', { class: 'card', id: 'merges', tabindex: '-1', 'aria-labelledby': 'title-merges' }, element('header', {}, element('h3', { id: 'title-merges' }, text('merges'))), element('div', { class: 'body' }, data.merges.length === 0 ? element('p', { class: 'empty' }, text('no_merges')) : element('ul', { class: 'list' }, data.merges.map(item))))
  }
}

export function nameOf(person) {
  return person.name ?? String(person.id)
}

/** A text with what was found in it; places count letters, not units of JavaScript. */
function marked({ text, ranges }) {
  const letters = [...text]
  const pieces = []
  let last = 0
  for (const [start, end] of ranges) {
    pieces.push(letters.slice(last, start).join(''), element('mark', {}, letters.slice(start, end).join('')))
    last = end
  }
  return element('span', {}, ...pieces, letters.slice(last).join(''))
}

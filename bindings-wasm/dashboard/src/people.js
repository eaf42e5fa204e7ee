// People: a table with search, a merge with its preview, and what was merged.

import { element } from './dom.js'

const PAGE = 25

/** The view; `state` outlives it: search, place, the two that are chosen. */
export async function people({ data, home, state, text, words, number, when, announce, again, refused }) {
  const { workspace, persons } = home
  const merged = new Map(data.merges.filter((merge) => merge.undone === null).map((merge) => [merge.secondary.key, merge]))
  const shown = persons.filter((person) => !merged.has(person.key) && fits(person, state.search))
  const view = element('div', { class: 'columns' })
  view.append(table(), element('div', {}, await preview(), merges()))
  return view

  function table() {
    state.first = Math.min(state.first, Math.max(0, shown.length - 1))
    const search = element('input', { type: 'search', id: 'search', value: state.search, placeholder: text('search'), 'aria-label': text('search'), oninput: (event) => { state.search = event.target.value; state.first = 0; again('search') } })
    const pages = element('nav', { class: 'pages', 'aria-label': text('people') }, move('newer', -PAGE), element('span', { role: 'status' }, shown.length === 0 ? '' : text('rows_shown', { first: number(state.first + 1), last: number(Math.min(shown.length, state.first + PAGE)), total: number(shown.length) })), move('older', PAGE))
    const head = element('tr', {}, element('th', { scope: 'col' }, element('span', { class: 'hidden' }, text('secondary'))), element('th', { scope: 'col' }, text('contact')), element('th', { scope: 'col' }, text('channels')), element('th', { scope: 'col' }, text('last_seen')))
    const body = shown.slice(state.first, state.first + PAGE).map(line)
    return element('section', { class: 'card', 'aria-labelledby': 'title-people' }, element('header', {}, element('h3', { id: 'title-people' }, text('contacts_count', { count: number(persons.length - merged.size) }))), element('div', { class: 'body' }, search, shown.length === 0 ? element('p', { class: 'empty' }, text('no_contacts')) : element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': text('people') }, element('table', {}, element('thead', {}, head), element('tbody', {}, body))), pages))
  }

  function move(name, by) {
    const to = state.first + by
    return element('button', { type: 'button', class: 'quiet', disabled: to < 0 || to >= shown.length, onclick: () => { state.first = to; again() } }, text(name))
  }

  function line(person) {
    const place = state.chosen.indexOf(person.key)
    const box = element('input', { type: 'checkbox', 'aria-label': text('select', { name: nameOf(person) }), checked: place >= 0, 'data-person': String(person.id), onchange: (event) => { state.chosen = event.target.checked ? [...state.chosen, person.key].slice(-2) : state.chosen.filter((key) => key !== person.key); again(`[data-person="${CSS.escape(String(person.id))}"]`) } })
    return element('tr', { class: place >= 0 ? 'chosen' : null }, element('td', {}, box), element('th', { scope: 'row' }, nameOf(person), element('small', {}, String(person.id))), element('td', {}, [...person.channels.keys()].map((id) => element('span', { class: 'tag' }, home.channelNames.get(id) ?? String(id)))), element('td', {}, person.last === null ? '' : when(person.last)))
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
      const facts = both.map((field) => element('tr', {}, element('th', { scope: 'row' }, field.field), element('td', {}, field.primary ?? ''), element('td', {}, field.secondary ?? ''), element('td', {}, field.value ?? '')))
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

function fits(person, search) {
  const plain = (value) => value.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return search === '' || plain(`${nameOf(person)} ${person.id}`).includes(plain(search))
}

// The quota of the month: how many units there are, and why.

import { element } from './dom.js'

export async function quota({ home, text, number, announce, again, refused: reason, locale }) {
  const found = await home.workspace.quota({ at: home.now })
  const { used, limit, remaining, carried, refused, month } = found
  const figure = (label, value) => element('div', { class: 'figure-card' }, element('strong', {}, number(value)), element('span', {}, label))
  const input = element('input', { type: 'number', id: 'limit', min: 0, step: 1, value: limit ?? '', required: true })
  const set = async (event) => {
    event.preventDefault()
    const reply = await home.workspace.execute({ at: home.now, command: { set_limit: { limit: Number(input.value) } } })
    announce(reply.outcome.kind === 'refused' ? text('refused', { reason: reason(reply.outcome) }) : `${text('limit')}: ${number(Number(input.value))}`)
    await again('#limit')
  }
  const share = limit === null || limit === 0 ? null : Math.min(1, used / limit)
  return element('section', { class: 'card wide', 'aria-labelledby': 'title-quota' }, element('header', {}, element('h3', { id: 'title-quota' }, monthName(month, locale))), element('div', { class: 'body' }, element('p', {}, text('quota_more')), element('div', { class: 'figures' }, figure(text('used'), used), remaining !== null && figure(text('remaining'), remaining), figure(text('carried'), carried), figure(text('new'), found.new), figure(text('refused_units'), refused)), share !== null ? element('meter', { class: 'quota', min: 0, max: 1, high: 0.9, value: share, 'aria-label': text('used') }) : element('p', { class: 'empty' }, text('no_limit')), element('form', { class: 'row', onsubmit: set }, element('label', { class: 'field' }, element('span', {}, text('limit')), input), element('button', { class: 'main' }, text('set_limit')))))
}

/** `2026-06` as the language writes a month. */
function monthName(month, locale) {
  return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.parse(`${month}-01T00:00:00Z`))
}

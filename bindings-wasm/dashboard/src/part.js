// One part of a report as a card: what it says in words, a chart, a table, and CSV.

import { draw } from './charts.js'
import { download, element } from './dom.js'

const LOG_PAGE = 25

/** The card of a part; `words` are those of the library, `text` those of the page. */
export function card(part, { report, text, words, number, percent, when }) {
  const body = element('div', { class: 'body' })
  const tools = element('div', { class: 'tools' })
  const heading = element('h3', { id: `title-${part.component}` }, part.title)
  const made = element('section', { class: part.component.endsWith('_log') || part.component === 'overview' ? 'card wide' : 'card', 'aria-labelledby': heading.id, 'data-part': part.component, 'data-state': part.state }, element('header', {}, heading, tools), body)
  const context = { part, report, text, words, number, percent, when, body, tools }
  if (part.state !== 'data') body.append(element('p', { class: 'empty' }, why(part, words)))
  else (part.component.endsWith('_log') ? log : breakdown)(context).catch(unlessGone)
  return made
}

/** A card that other answers have replaced by now has nothing to tell. */
function unlessGone(fault) {
  if (fault.code !== 'freed') throw fault
}

/** Why there is nothing to see. */
function why(part, words) {
  if (part.state === 'not_applicable') {
    const filters = part.filters.map((filter) => words[`filter.${filter}`] ?? filter).join(', ')
    return words['shown.not_applicable'].replace('{filters}', filters)
  }
  if (part.date !== null) return words['shown.before_first_record'].replace('{date}', part.date)
  return words['shown.no_data']
}

function csvButton({ part, text }, label, make) {
  return element('button', { type: 'button', class: 'quiet', 'aria-label': label, onclick: async () => download(`${part.component}.csv`, 'text/csv', await make()) }, text('as_csv'))
}

async function breakdown(context) {
  const { part, text, number, body, tools } = context
  tools.append(csvButton(context, text('csv_of', { title: part.title }), () => part.csv({ bom: true })))
  const outcome = await part.outcome()
  if (outcome.total !== undefined) {
    body.append(element('p', { class: 'total' }, element('strong', {}, number(outcome.total)), ' ', change(outcome.change, context)))
  }
  const holder = element('div', { class: 'chart', role: 'img', 'aria-label': text('chart_of', { title: part.title }) })
  const kinds = part.charts
  const buttons = kinds.map((kind) => element('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false', onclick: () => choose(kind) }, text(kind)))
  const choose = async (kind) => {
    for (const [row, button] of buttons.entries()) button.setAttribute('aria-pressed', String(kinds[row] === kind))
    await draw(holder, await part.chart(kind))
  }
  if (outcome.total !== 0 && kinds.length > 0) {
    if (kinds.length > 1) tools.prepend(element('div', { class: 'switch', role: 'group', 'aria-label': text('chart') }, buttons))
    body.append(holder)
  }
  if (outcome.funnel !== undefined) body.append(funnel(outcome, context))
  body.append(rows(outcome, context))
  if (outcome.failures?.length > 0) body.append(failures(outcome, context))
  if (holder.isConnected && kinds.length > 0) await choose(kinds[0])
}

/** Rows of which more is worse: an increase of them is no good news. */
const WORSE = new Set(['failed', 'deleted', 'pending'])

function change(found, { percent, text }, key = null) {
  if (!found) return null
  const better = WORSE.has(key) ? -found.absolute : found.absolute
  const sign = better > 0 ? 'up' : better < 0 ? 'down' : 'same'
  const amount = found.relative === null ? (found.absolute > 0 ? text('new_row') : '0') : `${found.relative > 0 ? '+' : ''}${percent(found.relative * 100, 1)}`
  return element('span', { class: `change ${sign}`, title: text('changed', { change: amount }) }, amount)
}

function funnel({ funnel: { sent, delivered, read } }, { words, number, percent }) {
  const steps = [['sent', sent], ['delivered', delivered], ['read', read]]
  const item = ([step, count]) => {
    const share = sent === 0 ? 0 : (100 * count) / sent
    return element('li', {}, element('span', {}, words[`step.${step}`]), element('meter', { min: 0, max: 100, value: share, 'aria-label': words[`step.${step}`] }), element('span', { class: 'figure' }, `${number(count)} · ${percent(share)}`))
  }
  return element('ol', { class: 'funnel', 'aria-label': words['shown.funnel'] }, steps.map(item))
}

function rows({ rows: found, total }, context) {
  const { words, number, percent, part } = context
  const shares = found.some((row) => row.percent !== null)
  const changes = found.some((row) => row.change !== null)
  const head = element('tr', {}, element('th', { scope: 'col' }, words['table.label']), element('th', { scope: 'col', class: 'figure' }, words['table.count']), shares && element('th', { scope: 'col', class: 'figure' }, '%'), changes && element('th', { scope: 'col', class: 'figure' }, words['shown.change']))
  const line = (row) => element('tr', {}, element('th', { scope: 'row' }, row.label), element('td', { class: 'figure' }, number(row.count)), shares && element('td', { class: 'figure' }, row.percent === null ? '' : percent(row.percent)), changes && element('td', { class: 'figure' }, change(row.change, context, part.component === 'delivery' || part.component === 'overview' ? row.key : null)))
  if (found.length === 0 && total === 0) return element('p', { class: 'empty' }, words['shown.no_data'])
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': part.title }, element('table', {}, element('thead', {}, head), element('tbody', {}, found.map(line))))
}

function failures({ failures: found }, { words, number }) {
  const line = (row) => element('tr', {}, element('th', { scope: 'row' }, row.error ?? words['shown.no_error']), element('td', {}, row.code ?? ''), element('td', { class: 'figure' }, number(row.count)))
  const head = element('tr', {}, element('th', { scope: 'col' }, words['table.error']), element('th', { scope: 'col' }, words['table.code']), element('th', { scope: 'col', class: 'figure' }, words['table.count']))
  return element('details', {}, element('summary', {}, words['shown.failures']), element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': words['shown.failures'] }, element('table', {}, element('thead', {}, head), element('tbody', {}, found.map(line)))))
}

/** A log, a few rows at a time; rows that are not here yet are fetched page by page. */
async function log(context) {
  const { part, text, number, body, tools, when } = context
  tools.append(csvButton(context, text('csv_of', { title: part.title }), () => part.csv({ bom: true, values: 'labels', header: 'titles' })))
  const pages = [await part.table()]
  const parts = [part]
  const reports = []
  let first = 0
  const holder = element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': part.title })
  const place = element('span', { role: 'status' })
  const newer = element('button', { type: 'button', class: 'quiet', onclick: () => show(first - LOG_PAGE) }, text('newer'))
  const older = element('button', { type: 'button', class: 'quiet', onclick: () => show(first + LOG_PAGE) }, text('older'))
  body.append(holder, element('nav', { class: 'pages', 'aria-label': part.title }, newer, place, older))
  const total = part.total_rows

  async function row(at) {
    let before = 0
    for (let page = 0; ; page++) {
      if (page === pages.length) {
        const report = await parts.at(-1).next()
        if (report === null) return null
        reports.push(report)
        parts.push(report.components[0])
        pages.push(await report.components[0].table())
      }
      if (at < before + pages[page].length) return pages[page].row(at - before, { labels: true })
      before += pages[page].length
    }
  }

  async function show(from) {
    first = Math.max(0, from)
    const last = Math.min(total, first + LOG_PAGE)
    const found = []
    for (let at = first; at < last; at++) found.push(await row(at))
    const [table] = pages
    const times = new Set(['timestamp', 'delivered_at', 'read_at'])
    const cell = (name, value) => element('td', { class: name === 'content' ? 'content' : null }, value === null ? '' : times.has(name) ? element('time', { datetime: new Date(value).toISOString() }, when(value)) : String(value))
    const head = element('tr', {}, table.titles.map((title) => element('th', { scope: 'col' }, title)))
    holder.replaceChildren(element('table', { class: 'log' }, element('thead', {}, head), element('tbody', {}, found.filter(Boolean).map((values) => element('tr', {}, table.columns.map((name) => cell(name, values[name])))))))
    place.textContent = text('rows_shown', { first: number(total === 0 ? 0 : first + 1), last: number(last), total: number(total) })
    newer.disabled = first === 0
    older.disabled = last >= total
    holder.scrollTop = 0
  }
  await show(0)
}

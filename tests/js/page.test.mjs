// The dashboard as somebody uses it who did not write it: odd files, errors in Spanish, narrow windows, dark, print.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { browser, opened } from './browser.mjs'
import { dashboard, drop, serious, shoot, still, total } from './dashboard.mjs'

let chromium
let site
before(async () => {
  chromium = await browser()
  site = await dashboard()
})
after(async () => {
  await chromium?.close()
  site?.close()
})

async function started(options) {
  const page = await opened(chromium, site.address, { locale: 'en-US', ...options })
  await page.waitForSelector('#sample')
  return page
}

async function sample(options) {
  const page = await started(options)
  await page.click('#sample')
  await page.waitForSelector('[data-part=outgoing_by_channel] .chart svg', { timeout: 30_000 })
  return page
}

const HEAD = 'id,sent_at,direction,contact,channel\n'
const rows = (from, count, month) => Array.from({ length: count }, (_, at) => `${from + at},2026-${month}-${String(1 + (at % 28)).padStart(2, '0')}T10:00:00Z,incoming,c${at % 7},wa\n`).join('')
const settled = (page, part, wanted) => page.waitForFunction(([name, count]) => Number(document.querySelector(`[data-part=${name}] .total strong`)?.textContent.replaceAll(/\D/g, '')) === count, [part, wanted])

test('a broken file is told in Spanish: what, where, in which file; the exact words stay behind it', async () => {
  const page = await started({ locale: 'es-EC' })
  await drop(page, 'ventas.csv', `${HEAD}1,ayer,incoming,ana,wa\n`)
  await page.waitForSelector('#broken')
  assert.equal(await page.textContent('#broken h2'), 'Estos datos no se pueden usar')
  assert.match(await page.textContent('#broken .sentence'), /^Esto no es una fecha con hora: «ayer»\. Escríbala como 2026-07-01 10:00/)
  const facts = await page.$$eval('#broken dt', (terms) => terms.map((term) => [term.textContent, term.nextElementSibling.textContent]))
  assert.deepEqual(facts, [['Archivo', 'ventas.csv'], ['Dónde', 'mensajes, línea 2, columna «sent_at»']])
  assert.equal(await page.getAttribute('#broken .exact div', 'lang'), 'en')
  assert.equal(await page.isVisible('#broken .exact p'), false)
  await page.click('#broken .exact summary')
  assert.match(await page.textContent('#broken .exact'), /messages\.line\[2\]\.sent_at · invalid_value/)
  await shoot(page, 'broken-es')
  assert.deepEqual(await serious(page), [])
  // It is told again in another language, and goes when a file is fine.
  await page.selectOption('#locale', 'fr')
  await page.waitForFunction(() => document.querySelector('#broken .sentence')?.textContent.startsWith('Ce n’est pas une date avec son heure : « ayer »'))
  await drop(page, 'ventas.csv', `id,sent_at,direction\n1,2026-07-01T10:00:00Z,incoming\n`)
  await page.waitForFunction(() => document.querySelector('#broken .sentence')?.textContent.includes('« contact »'))
  assert.match(await page.textContent('#broken dl'), /Le fichier contient\s*id\s*sent_at\s*direction/)
  await drop(page, 'ventas.csv', `${HEAD}1,2026-07-01T10:00:00Z,sideways,ana,wa\n`)
  await page.waitForFunction(() => /Possibles\s*incoming\s*outgoing/.test(document.querySelector('#broken dl')?.textContent))
  await drop(page, 'ventas.csv', `${HEAD}1,2026-07-01T10:00:00Z,incoming,ana,wa\n`)
  await settled(page, 'incoming_by_channel', 1)
  assert.equal(await page.$('#broken'), null)
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('a refused question is told in Spanish, and the controls stay', async () => {
  const page = await sample({ locale: 'es-EC' })
  await page.selectOption('#period', 'custom')
  await page.waitForSelector('#to')
  await page.fill('#to', '2026-05-01')
  await page.locator('#to').dispatchEvent('change')
  await page.waitForSelector('.problem')
  assert.equal(await page.textContent('.problem .sentence'), 'El período termina antes de empezar.')
  assert.match(await page.textContent('.problem dl'), /Dónde\s*Hasta/)
  await page.fill('#to', '2026-07-01')
  await page.locator('#to').dispatchEvent('change')
  await page.waitForSelector('[data-part=incoming_by_channel]')
  // A view that was saved over a field that these contacts do not have.
  await page.evaluate(() => localStorage.setItem('views', JSON.stringify([{ name: 'Vieja', segment: { field: 'custom.plan', operator: 'equal', value: 'x' } }])))
  await page.selectOption('#period', 'all_time')
  await page.click('.filters summary')
  await page.waitForSelector('#among')
  await page.selectOption('#among', 'Vieja')
  await page.waitForSelector('.problem')
  assert.equal(await page.textContent('.problem .sentence'), 'Ningún contacto tiene este campo: «custom.plan».')
  assert.match(await page.textContent('.problem dl'), /Dónde\s*Segmento/)
  assert.deepEqual(await serious(page), [])
  await shoot(page, 'refused-es')
  await page.click('#clear')
  await page.waitForSelector('[data-part=incoming_by_channel]')
  await page.fill('#contact_text', '   ')
  await page.locator('#contact_text').press('Tab')
  await still(page)
  assert.equal(await page.$('.problem'), null, 'blanks are no filter')
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('odd files: empty, one row, semicolons, long names, unknown channels', async () => {
  const page = await started()
  await drop(page, 'nothing.csv', '')
  await page.waitForSelector('#broken')
  assert.match(await page.textContent('#broken'), /The file is empty.*nothing\.csv/)
  await drop(page, 'one.csv', `${HEAD}1,2026-07-01T10:00:00Z,incoming,ana,wa\n`)
  await settled(page, 'incoming_by_channel', 1)
  await page.click('[data-view=people]')
  await page.waitForSelector('[data-person=ana]')
  assert.equal(await page.textContent('#title-people'), '1 contact')
  await page.click('[data-view=messages]')
  const long = 'A channel whose name is so long that nobody could read it in one line of a narrow window'
  await drop(page, 'semicolons.csv', `id;sent_at;direction;contact;channel;content\n${Array.from({ length: 30 }, (_, at) => `${at};2026-06-${String(1 + at).padStart(2, '0')}T10:00:00Z;incoming;${'x'.repeat(300)}${at % 3};${long};"yes; ${at}"\n`).join('')}`)
  await settled(page, 'incoming_by_channel', 30)
  assert.match(await page.textContent('[data-part=incoming_log] td.content'), /^yes; \d+$/)
  await page.setViewportSize({ width: 360, height: 740 })
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'wider than the window')
  await shoot(page, 'long-names')
  await drop(page, ['messages.csv', `${HEAD}1,2026-07-01T10:00:00Z,incoming,ana,wa\n`], ['channels.csv', 'id,kind,name\nwa,klingon,Klingon\n'])
  await settled(page, 'incoming_by_channel', 1)
  assert.equal(await page.textContent('[data-part=incoming_by_channel] tbody th'), 'Klingon')
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('several files of one table are all counted, repeated rows once, and a mistake is found in its file', async () => {
  const page = await started()
  const jan = ['january.csv', HEAD + rows(0, 60, '01')]
  await drop(page, jan, ['february.csv', HEAD + rows(100, 40, '02')])
  await page.waitForSelector('[data-part=incoming_by_channel]')
  await page.selectOption('#period', 'all_time')
  await settled(page, 'incoming_by_channel', 100)
  assert.equal(await page.$('#folded'), null)
  await drop(page, jan, jan)
  await page.waitForSelector('#folded')
  assert.equal(await page.textContent('#folded'), '60 rows repeat an earlier message; each message counts once.')
  // Windows' line ends and a mark at the start; another order of columns; JSON beside CSV.
  await drop(page, jan, ['february.csv', `\ufeff${(HEAD + rows(100, 40, '02')).replaceAll('\n', '\r\n')}`])
  await page.selectOption('#period', 'all_time')
  await settled(page, 'incoming_by_channel', 100)
  await drop(page, jan, ['other.csv', 'contact,id,sent_at,direction\nana,900,2026-03-01T10:00:00Z,incoming\n'], ['more.json', '[{"id":901,"sent_at":"2026-03-02T10:00:00Z","direction":"incoming","contact":"ana"}]'], ['lines.ndjson', '{"id":902,"sent_at":0,"direction":"incoming","contact":"eva"}\n'])
  await page.selectOption('#period', 'all_time')
  await settled(page, 'incoming_by_channel', 63)
  await drop(page, ['a.ndjson', '{"id":1,"sent_at":0,"direction":"incoming","contact":"eva"}'], ['b.ndjson', '{"id":2,"sent_at":0,"direction":"incoming","contact":"eva"}'])
  await page.selectOption('#period', 'all_time')
  await settled(page, 'incoming_by_channel', 2)
  // The second file is told, and its own line.
  await drop(page, jan, ['february.csv', `${HEAD}${rows(100, 3, '02')}200,tomorrow,incoming,ana,wa\n`])
  await page.waitForSelector('#broken')
  assert.match(await page.textContent('#broken dl'), /Filefebruary\.csvWheremessages, line 5, column “sent_at”/)
  await drop(page, jan, ['other.csv', 'contact,id,sent_at,direction\nana,900,tomorrow,incoming\n'])
  assert.match(await page.textContent('#broken dl'), /Fileother\.csvWheremessages, line 2, column “sent_at”/)
  // Webhooks beside rows: neither pushes the other out.
  const hook = { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata: { display_phone_number: '1', phone_number_id: '2' }, contacts: [{ profile: { name: 'Ana' }, wa_id: '593991234567' }], messages: [{ from: '593991234567', id: 'wamid.x', timestamp: '1767225600', type: 'text', text: { body: 'hola' } }] } }] }] }
  await drop(page, jan, ['hooks.json', JSON.stringify(hook)])
  await page.waitForSelector('#webhooks')
  await page.selectOption('#period', 'all_time')
  await settled(page, 'incoming_by_channel', 61)
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('200,000 rows: the page says that it works, keeps drawing, and finds people by their number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'omnicontact-page-'))
  const file = join(folder, 'big.ndjson')
  writeFileSync(file, Array.from({ length: 200_000 }, (_, id) => `{"id":${id},"sent_at":${1_782_000_000_000 + id * 1000},"direction":"${id % 2 ? 'incoming' : 'outgoing'}","contact":"c${id % 5000}","channel":"ch${id % 9}"}\n`).join(''))
  const page = await started()
  await page.evaluate(() => {
    globalThis.worst = 0
    let last = performance.now()
    const frame = () => {
      const now = performance.now()
      globalThis.worst = Math.max(globalThis.worst, now - last)
      last = now
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  await page.setInputFiles('#files', file)
  await page.waitForSelector('[data-part=incoming_by_channel] .chart svg', { timeout: 60_000 })
  await page.waitForTimeout(1000)
  await page.evaluate(() => { globalThis.worst = 0 })
  await page.click('[data-view=people]')
  await page.waitForSelector('[data-view=people][aria-current=page]', { timeout: 2000 })
  await page.waitForSelector('#progress', { timeout: 5000 })
  assert.equal(await page.textContent('#progress'), 'Counting…')
  assert.equal(await page.getAttribute('#content', 'aria-busy'), 'true')
  await page.waitForSelector('[data-person]', { timeout: 60_000 })
  const worst = await page.evaluate(() => globalThis.worst)
  console.log(`longest frame: ${worst.toFixed(0)} ms, until the people are there`)
  assert.ok(worst < 400, `${worst} ms`)
  assert.equal(await page.$('#progress'), null)
  assert.equal(await page.getAttribute('#content', 'aria-busy'), null)
  assert.equal(await page.textContent('#title-people'), '5,000 contacts')
  await page.fill('#search', 'c4321')
  await page.waitForFunction(() => document.querySelector('#title-people').textContent === '1 contact')
  assert.equal(await page.textContent('tbody mark'), 'c4321')
  rmSync(folder, { recursive: true })
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('a log is exported whole, however long it is', async () => {
  const page = await started()
  const count = 25_001
  await drop(page, 'messages.csv', HEAD + Array.from({ length: count }, (_, id) => `${id},${1_782_000_000_000 + id * 1000},incoming,c${id},wa\n`).join(''))
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-part=incoming_log] .tools button')])
  const lines = readFileSync(await file.path(), 'utf8').trimEnd().split('\r\n')
  assert.equal(lines.length, count + 1)
  assert.match(lines[0], /^\ufeffTimestamp,/)
  assert.equal(new Set(lines.map((line) => /,(c\d+),/.exec(line)?.[1])).size, count + 1)
  const [report] = await Promise.all([page.waitForEvent('download'), page.click('#as-page')])
  assert.match(readFileSync(await report.path(), 'utf8'), /^<!doctype html>[\s\S]*25,001/i)
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('times without an offset are those of the zone, and the page says so', async () => {
  const page = await started({ timezoneId: 'America/Guayaquil' })
  await drop(page, 'export.csv', 'id;sent_at;direction;contact\n1;2026-07-01 22:30;incoming;ana\n2;2026-07-02T01:00:00Z;incoming;ana\n')
  assert.equal(await page.textContent('#local-times'), 'Times without an offset are read as those of America/Guayaquil.')
  await page.waitForSelector('[data-part=incoming_log] time')
  const times = await page.$$eval('[data-part=incoming_log] time', (found) => found.map((time) => time.getAttribute('datetime')))
  assert.deepEqual(times, ['2026-07-02T03:30:00.000Z', '2026-07-02T01:00:00.000Z'])
  await page.click('[data-view=people]')
  await page.waitForSelector('[data-person=ana]')
  await drop(page, 'export.csv', 'id;sent_at;direction;contact\n1;2026-07-01 22:30;incoming;ana\n2;at noon;incoming;ana\n')
  await page.waitForSelector('#broken')
  assert.match(await page.textContent('#broken'), /This is not a time: “at noon”.*line 3/)
  // Also where files have to be read as rows.
  await drop(page, ['one.csv', 'id;sent_at;direction;contact\n1;2026-07-01 22:30;incoming;ana\n'], ['other.csv', 'contact,id,sent_at,direction\nana,2,2026-07-01T10:00:00Z,incoming\n'])
  assert.equal(await page.$('#broken'), null)
  await page.click('[data-view=messages]')
  await page.waitForSelector('#local-times')
  await settled(page, 'incoming_by_channel', 2)
  await drop(page, 'export.csv', `${HEAD}1,2026-07-01T10:00:00Z,incoming,ana,wa\n`)
  await page.click('[data-view=messages]')
  await page.waitForSelector('[data-part=incoming_by_channel]')
  assert.equal(await page.$('#local-times'), null)
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('the zone of the sample is not that of other data, but a chosen one is', async () => {
  const page = await sample({ timezoneId: 'Europe/Lisbon' })
  assert.match(await page.textContent('.about p'), /America\/Guayaquil$/)
  await drop(page, 'one.csv', HEAD + rows(0, 3, '06'))
  assert.match(await page.textContent('.about p'), /Europe\/Lisbon$/)
  await page.selectOption('#zone', 'Asia/Tokyo')
  await page.waitForFunction(() => document.querySelector('.about p').textContent.endsWith('Asia/Tokyo'))
  await drop(page, 'two.csv', HEAD + rows(0, 4, '06'))
  assert.match(await page.textContent('.about p'), /Asia\/Tokyo$/)
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('people who were merged or deleted before are not there twice', async () => {
  const page = await started()
  const events = 'kind,at,contact,secondary\nmerged,2026-06-03T00:00:00Z,c0,c1\ndeleted,2026-06-04T00:00:00Z,c2,\n'
  await drop(page, ['messages.csv', HEAD + rows(0, 7, '06')], ['events.csv', events])
  await page.waitForSelector('[data-part=incoming_by_channel]')
  await page.click('[data-view=people]')
  await page.waitForSelector('[data-person=c0]')
  const shown = await page.$$eval('[data-person]', (boxes) => boxes.map((box) => box.dataset.person).sort())
  assert.deepEqual(shown, ['c0', 'c3', 'c4', 'c5', 'c6'])
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('numbers, shares and dates are written as each language does', async () => {
  const page = await sample()
  const shares = () => page.$$eval('[data-part=incoming_by_channel] td.figure:nth-child(3)', (cells) => cells.map((cell) => cell.textContent))
  const about = () => page.textContent('.about p')
  const english = await shares()
  assert.ok(english.every((share) => /^\d+\.\d\d%$/.test(share)), String(english))
  assert.equal(english.reduce((sum, share) => sum + Number(share.replace(/\D/g, '')), 0), 100_00)
  assert.match(await about(), /^[A-Z][a-z]{2} \d+ – (Jul )?\d+, 2026 · America\/Guayaquil$/)
  for (const [locale, share, range] of [['es', /^\d+,\d\d\s%$/, /jun/], ['fr', /^\d+,\d\d\s%$/, /juin/], ['pt', /^\d+,\d\d%$/, /de jun\./]]) {
    await page.selectOption('#locale', locale)
    await page.waitForFunction((wanted) => new RegExp(wanted).test(document.querySelector('.about p')?.textContent), range.source)
    await page.waitForSelector('[data-part=incoming_by_channel] td.figure')
    assert.ok((await shares()).every((text) => share.test(text)), `${locale}: ${await shares()}`)
  }
  await page.click('[data-view=quota]')
  await page.waitForSelector('.figure-card')
  assert.equal(await page.textContent('#title-quota'), 'junho de 2026')
  await page.fill('#limit', '1')
  await page.click('form .main')
  await page.waitForSelector('meter.quota')
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('more failures are no good news', async () => {
  const page = await sample()
  await page.check('#compare')
  await page.waitForSelector('[data-part=delivery] .change')
  const tones = await page.$$eval('[data-part=delivery] tbody tr', (lines) => lines.filter((line) => line.querySelector('.change')).map((line) => [line.querySelector('th').textContent, line.querySelector('.change').textContent, line.querySelector('.change').className]))
  const [, amount, tone] = tones.find(([name]) => name === 'Failed')
  assert.equal(tone, amount.startsWith('+') ? 'change down' : amount.startsWith('-') ? 'change up' : 'change same')
  const [, read, good] = tones.find(([name]) => name === 'Read')
  assert.equal(good, read.startsWith('+') ? 'change up' : 'change down')
  await page.close()
})

test('every chart that is offered is drawn, in colour', async () => {
  for (const width of [1280, 360]) {
    const page = await sample({ viewport: { width, height: 900 } })
    const parts = await page.$$eval('[data-part]:has(.switch)', (cards) => cards.map((card) => card.dataset.part))
    assert.ok(parts.length >= 4, String(parts))
    for (const part of parts) {
      const rows = await page.$$eval(`[data-part=${part}] tbody tr`, (lines) => lines.length)
      await page.click(`[data-part=${part}] .switch button:nth-child(2)`)
      await page.waitForSelector(`[data-part=${part}] .chart .mark-arc path`)
      const arcs = await page.$$eval(`[data-part=${part}] .chart .mark-arc path`, (paths) => paths.map((path) => path.getAttribute('fill')))
      assert.ok(arcs.length > 0 && arcs.length <= rows, `${part}: ${arcs.length} of ${rows}`)
      assert.ok(arcs.every((fill) => /^#[0-9a-f]{6}$/.test(fill)) && new Set(arcs).size === arcs.length, `${part}: ${arcs}`)
      const legend = await page.$$eval(`[data-part=${part}] .chart .role-legend-label text`, (texts) => texts.map((text) => text.textContent))
      assert.equal(legend.length, arcs.length, part)
      assert.ok(legend.every((text) => / · \d/.test(text) && !text.includes('object')), `${part}: ${legend}`)
      const [ring, frame] = await page.$eval(`[data-part=${part}] .chart`, (chart) => [chart.querySelector('.mark-arc').getBoundingClientRect(), chart.getBoundingClientRect()].map(({ left, right }) => [left, right]))
      assert.ok(ring[0] >= frame[0] && ring[1] <= frame[1], `${part} sticks out at ${width}`)
    }
    await shoot(page, `shares-${width}`)
    assert.deepEqual(page.faults, [])
    await page.close()
  }
})

test('dark: charts have the colours for it; printed, it is a page of paper', async () => {
  const page = await sample({ colorScheme: 'dark' })
  const painted = (name) => page.$$eval(`[data-part=${name}] .chart svg [fill], [data-part=${name}] .chart svg [stroke]`, (marks) => marks.flatMap((mark) => [mark.getAttribute('fill'), mark.getAttribute('stroke')]))
  await page.waitForSelector('[data-part=delivery] .chart svg')
  const colours = new Set([...(await painted('delivery')), ...(await painted('outgoing_by_channel'))])
  assert.ok(colours.has('#35eec2') && colours.has('#9c55b4') && !colours.has('#7b1195') && !colours.has('#03725d'), String([...colours]))
  assert.deepEqual(await serious(page), [])
  await page.emulateMedia({ media: 'print' })
  for (const gone of ['.top .tools', '.tabs', '.question', '.card .tools', '#as-page']) assert.equal(await page.locator(gone).first().isVisible(), false, gone)
  const [paper, ink, height] = await page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.body)
    return [backgroundColor, color, getComputedStyle(document.querySelector('[data-part=incoming_log] .scroll')).maxHeight]
  })
  assert.deepEqual([paper, ink, height], ['rgb(255, 255, 255)', 'rgb(28, 35, 48)', 'none'])
  await shoot(page, 'print')
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('360 pixels in every language: nothing sticks out, every view can be reached', async () => {
  const page = await sample({ viewport: { width: 360, height: 740 } })
  for (const locale of ['es', 'fr', 'pt', 'en']) {
    await page.selectOption('#locale', locale)
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, locale)
    for (const view of ['messages', 'contacts', 'people', 'quota']) {
      await page.click(`[data-view=${view}]`)
      await page.waitForFunction((wanted) => document.querySelector(`[data-view=${wanted}][aria-current=page]`) !== null && document.querySelector('#progress') === null, view)
      if (view === 'people') {
        await page.waitForSelector('#segment')
        if (!(await page.isVisible('#add-condition'))) await page.click('#segment summary')
        if ((await page.$('#node-and-0-')) === null) await page.click('#add-condition')
        await page.waitForSelector('#node-and-0-')
      } else if (view === 'messages' && !(await page.isVisible('#contact_text'))) {
        await page.click('.filters summary')
      }
      await page.waitForTimeout(200)
      const wide = await page.evaluate(() => [...document.querySelectorAll('main *, header *')].filter((one) => one.closest('.scroll, svg, .hidden, .boxes') === null && one.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(one).position !== 'absolute').map((one) => one.outerHTML.slice(0, 80)).slice(0, 3))
      assert.deepEqual(wide, [], `${locale} ${view}`)
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${locale} ${view}`)
      await shoot(page, `narrow-${locale}-${view}`)
    }
  }
  assert.deepEqual(page.faults, [])
  await page.close()
})

test('a slow answer loses nothing: two changes before it count, typed words and the focus stay, the last files win', async () => {
  const page = await sample({ slow: 400 })
  await page.click('.filters summary')
  const checked = () => page.$$eval('[data-filter=source]:checked', (boxes) => boxes.map((box) => box.dataset.key))
  const keys = await page.$$eval('[data-filter=source]', (boxes) => boxes.slice(0, 3).map((box) => { box.click(); return box.dataset.key }))
  await still(page)
  assert.deepEqual(await checked(), keys)
  await page.focus(`[data-filter=source][data-key=${keys[1]}]`)
  await page.keyboard.press('Space')
  await still(page)
  assert.deepEqual(await checked(), [keys[0], keys[2]])
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), keys[1], 'the focus stays on the box')

  await page.click('[data-view=people]')
  await page.waitForSelector('[data-person]')
  await page.click('#segment summary')
  await page.click('#add-condition')
  await still(page)
  await page.evaluate(() => {
    const set = (id, value) => {
      const field = document.getElementById(id)
      field.value = value
      field.dispatchEvent(new Event('change'))
    }
    set('node-and-0--value', 'a')
    set('node-and-0--operator', 'starts_with')
    document.querySelector('#add-condition').click()
  })
  await page.fill('#view-name', 'With an a')
  await page.focus('#search')
  await page.keyboard.type('mar')
  await page.focus('#node-and-0--value')
  await page.keyboard.press('End')
  await page.keyboard.type('na')
  await still(page)
  assert.deepEqual(await page.evaluate(() => ['search', 'view-name', 'node-and-0--value', 'node-and-0--operator', 'node-and-1--operator'].map((id) => document.getElementById(id)?.value)), ['mar', 'With an a', 'ana', 'starts_with', 'contains'])
  assert.equal(await page.evaluate(() => document.activeElement.id), 'node-and-0--value')
  await page.locator('#node-and-0--value').press('Tab')
  await still(page)
  assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), 'Remove', 'the focus goes on')
  await page.click('#add-condition')
  await still(page)
  await page.evaluate(() => {
    const twice = document.querySelectorAll('.condition .remove')[1]
    twice.click()
    twice.click()
  })
  await still(page)
  assert.equal(await page.$$eval('.condition', (all) => all.length), 2, 'a second click takes nothing more away')

  await page.evaluate(([one, other]) => {
    for (const rows of [one, other]) {
      const transfer = new DataTransfer()
      transfer.items.add(new File([rows], 'messages.csv'))
      document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
    }
  }, [HEAD + rows(0, 20_000, '06'), HEAD + rows(0, 3, '06')])
  await still(page)
  await page.click('[data-view=messages]')
  await settled(page, 'incoming_by_channel', 3)
  await page.waitForTimeout(2000)
  assert.equal(await total(page, 'incoming_by_channel'), 3)

  // Who wants other data while files are read is not given those.
  await page.evaluate((found) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([found], 'messages.csv'))
    document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
    document.querySelector('#another').click()
  }, HEAD + rows(0, 20_000, '06'))
  await page.waitForSelector('#sample')
  await page.waitForTimeout(2000)
  assert.equal(await page.isVisible('#sample'), true)
  assert.deepEqual(await page.$$eval('#progress', (told) => told.map((one) => one.textContent)), [''])
  assert.deepEqual(page.faults, [])
  await page.close()
})

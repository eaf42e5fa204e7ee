// What the dashboard says: every text in every language, and words for every error, kind and refusal of the library.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { call, vocabulary } from '@omnicontact/node'
import { folder } from './dashboard.mjs'
import { rooms, vectors } from './vectors.mjs'

const { LOCALES, WORDS, filledIn, texts } = await import(join(folder, 'src/texts.js'))
const { meaning, placeOf, refusalOf } = await import(join(folder, 'src/faults.js'))
const { kinds, codes, labels } = vocabulary()
const LISTS = ['TEXTS', 'FAULTS', 'KINDS', 'REFUSALS', 'PLACES']

/** What a page speaks with, in a language. */
const speech = (locale) => ({ locale, text: texts(locale), words: vocabulary({ locale }).words, number: (value) => new Intl.NumberFormat(locale).format(value) })

test('every text is there in every language, with the same places to fill', () => {
  assert.deepEqual(LOCALES, ['en', 'es', 'fr', 'pt'])
  for (const list of LISTS) {
    for (const locale of LOCALES) {
      assert.deepEqual(Object.keys(WORDS[locale][list]), Object.keys(WORDS.en[list]), `${locale} ${list}`)
      for (const [name, text] of Object.entries(WORDS[locale][list])) {
        assert.notEqual(text.trim(), '', `${locale} ${name}`)
        assert.deepEqual(text.match(/\{\w+\}/g)?.sort(), WORDS.en[list][name].match(/\{\w+\}/g)?.sort(), `${locale} ${name}`)
      }
    }
  }
})

test('every code, kind and refusal of the library has words in every language, and no other has', () => {
  for (const locale of LOCALES) {
    const { FAULTS, KINDS, REFUSALS } = WORDS[locale]
    assert.deepEqual(Object.keys(FAULTS).sort(), codes.map(({ code }) => code).sort())
    assert.deepEqual(Object.keys(KINDS).sort(), [...kinds].sort())
    assert.deepEqual(Object.keys(REFUSALS).sort(), [...labels.refusal_kind].sort())
  }
  // Words of their own, not the English ones again, and not one sentence for everything.
  for (const list of ['FAULTS', 'REFUSALS']) {
    for (const name of Object.keys(WORDS.en[list])) assert.equal(new Set(LOCALES.map((locale) => WORDS[locale][list][name])).size, 4, name)
    for (const locale of LOCALES) assert.equal(new Set(Object.values(WORDS[locale][list])).size, Object.keys(WORDS[locale][list]).length, locale)
  }
})

test('whatever the vectors provoke is told without a hole', () => {
  let told = 0
  for (const { call: { operation, options }, given, expect_error: expected } of vectors(...rooms())) {
    if (expected === undefined) continue
    try {
      call(operation, options, given)
    } catch (fault) {
      for (const locale of LOCALES) {
        const { sentence, place, label, values } = meaning(fault, speech(locale))
        for (const text of [sentence, place]) assert.doesNotMatch(text, /[{}]|undefined|\[[^\]]*\{/, fault.message)
        assert.match(sentence, /^[\p{Lu}¿]/u)
        assert.match(sentence, /[.?]$/)
        assert.equal(label === null, values.length === 0)
        if (label !== null) assert.notEqual(WORDS[locale].TEXTS[label], undefined, label)
      }
      told += 1
    }
  }
  assert.ok(told > 100, String(told))
})

test('a place is told as people count', () => {
  const es = speech('es')
  assert.equal(placeOf('messages.line[1234].sent_at', es), 'mensajes, línea 1234, columna «sent_at»')
  assert.equal(placeOf('messages[17].sent_at', es), 'mensajes, registro 18, columna «sent_at»')
  assert.equal(placeOf('channels', es), 'canales')
  assert.equal(placeOf('filters.channel[0]', es), 'filtro «Canal»')
  assert.equal(placeOf('period.to', es), 'Hasta')
  assert.equal(placeOf('zone', es), 'Zona horaria')
  assert.equal(placeOf('webhooks[6].body', es), 'webhook 7')
  assert.equal(placeOf('', es), '')
  assert.equal(placeOf('policies.days', es), 'policies.days')
})

test('what is possible is told, and what was found', () => {
  const fault = { kind: 'invalid_data', code: 'invalid_value', path: 'messages[0].direction', detail: 'unknown direction `sideways`', hint: 'allowed: `incoming`, `outgoing`' }
  assert.deepEqual(meaning(fault, speech('fr')), { sentence: 'Une valeur est illisible : « sideways ».', place: 'messages, enregistrement 1, colonne « direction »', label: 'allowed', values: ['incoming', 'outgoing'] })
  const zone = { kind: 'invalid_argument', code: 'unknown_zone', path: 'zone', detail: 'unknown zone `x`', hint: 'did you mean `America/Guayaquil`? names are case-sensitive' }
  assert.deepEqual(meaning(zone, speech('en')).values, ['America/Guayaquil'])
  const column = { kind: 'invalid_data', code: 'missing_column', path: 'messages.line[1].contact', detail: 'no column for `contact`', hint: 'rename the columns or map them; the file has `id`, `sent_at`' }
  assert.deepEqual(meaning(column, speech('pt')), { sentence: 'Falta uma coluna que o arquivo deve ter: “contact”.', place: 'mensagens, linha 1, coluna “contact”', label: 'file_has', values: ['id', 'sent_at'] })
  // A time that cannot be read says how to write one; a code from the future, its kind; a fault of somebody else, that too.
  assert.match(meaning({ kind: 'invalid_data', code: 'invalid_value', path: 'messages.line[2].sent_at', detail: '`ayer` …' }, speech('es')).sentence, /^Esto no es una fecha con hora: «ayer»\. Escríbala como 2026-07-01 10:00/)
  assert.equal(meaning({ kind: 'conflict', code: 'of_tomorrow' }, speech('en')).sentence, WORDS.en.KINDS.conflict)
  assert.equal(meaning(new TypeError('x is not a function'), speech('en')).sentence, WORDS.en.KINDS.internal)
  assert.equal(refusalOf({ refusal: 'quota_exceeded' }, 'pt'), 'a cota do mês acabou')
})

test('numbers and plurals are those of the language', () => {
  assert.equal(texts('es')('webhooks_read', { count: 12345 }), 'Se leyeron 12.345 webhooks.')
  assert.equal(texts('es')('webhooks_read', { count: 1 }), 'Se leyó 1 webhook.')
  assert.equal(texts('en')('loaded', { messages: 1234567, events: 0 }), 'Ready: messages 1,234,567, contact events 0.')
  assert.equal(filledIn('a[: {value}].', {}), 'a.')
  assert.equal(filledIn('a[: {value}].', { value: '[x] {y}' }), 'a: [x] {y}.')
})

test('charts on dark ground have the colours that the library has for it', async () => {
  const source = readFileSync(join(folder, 'src/charts.js'), 'utf8')
  const page = [...source.matchAll(/'(#[0-9a-f]{6})': '(#[0-9a-f]{6})'/g)].map(([, light, dark]) => [light, dark])
  const palette = readFileSync(join(folder, '../../core/src/export/palette.rs'), 'utf8')
  const library = [...palette.slice(palette.indexOf('PALETTE')).matchAll(/Colour \{ light: "(#\w+)", dark: "(#\w+)" \},/g)].map(([, light, dark]) => [light, dark])
  assert.equal(page.length, 9)
  assert.deepEqual(page, library)
})

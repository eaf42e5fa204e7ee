// Words of the page in four languages; those of the reports come from the library.

import * as en from './words/en.js'
import * as es from './words/es.js'
import * as fr from './words/fr.js'
import * as pt from './words/pt.js'

/** Everything that the page says, by language: `TEXTS`, `FAULTS`, `KINDS`, `REFUSALS`, `PLACES`. */
export const WORDS = { en, es, fr, pt }
export const LOCALES = Object.keys(WORDS)

/** A text with its places filled in; a part in brackets is left out where its place is empty. */
export function filledIn(found, places = {}) {
  const whole = found.replaceAll(/\[([^\]]*)\]/g, (_, part) => (/\{(\w+)\}/.exec(part)?.[1] in places ? part : ''))
  return whole.replaceAll(/\{(\w+)\}/g, (_, key) => places[key] ?? '')
}

/**
 * The words of a language: `text('set', { count: 3 })`. Numbers are written as the language writes them; where `count` is
 * one, the text with `_one` behind its name is taken, if there is one.
 */
export function texts(locale) {
  const { TEXTS } = WORDS[locale]
  const format = new Intl.NumberFormat(locale)
  const plural = new Intl.PluralRules(locale)
  return (name, places = {}) => {
    const one = typeof places.count === 'number' && plural.select(places.count) === 'one' ? TEXTS[`${name}_one`] : undefined
    const written = Object.entries(places).map(([key, value]) => [key, typeof value === 'number' ? format.format(value) : value])
    return filledIn(one ?? TEXTS[name] ?? name, Object.fromEntries(written))
  }
}

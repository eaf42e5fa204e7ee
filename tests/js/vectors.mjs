// The shared vectors, and how an answer is compared with what they expect.

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../vectors')
const KEYS = new Set(['name', 'rules', 'why', 'given', 'call', 'expect', 'expect_error'])

/** The vectors of some folders; an unknown key is a mistake. */
export function vectors(...rooms) {
  return rooms.flatMap((room) =>
    readdirSync(join(folder, room))
      .filter((file) => file.endsWith('.json'))
      .sort()
      .flatMap((file) => {
        const found = JSON.parse(readFileSync(join(folder, room, file), 'utf8'))
        for (const vector of found) {
          const unknown = Object.keys(vector).filter((key) => !KEYS.has(key))
          if (unknown.length > 0) throw new Error(`${file}: unknown keys ${unknown}`)
        }
        return found.map((vector) => ({ ...vector, room }))
      }),
  )
}

export function rooms() {
  return readdirSync(folder)
}

/** What expectations of reports speak of: the components by name, and the report around them. */
export function shown(report) {
  const parts = Object.fromEntries(
    report.components.map(({ component, title, outcome }) => [component, { ...outcome, title }]),
  )
  return { ...parts, report: { ...report, components: Object.keys(parts) } }
}

/** Where the found value does not say what is expected: objects may have more keys, instants may be texts. */
export function difference(expected, found, path = '') {
  if (isObject(expected) && isObject(found)) {
    for (const [key, value] of Object.entries(expected)) {
      if (!(key in found)) return `${path}.${key} is missing`
      const wrong = difference(value, found[key], `${path}.${key}`)
      if (wrong) return wrong
    }
    return null
  }
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
    for (const [row, value] of expected.entries()) {
      const wrong = difference(value, found[row], `${path}[${row}]`)
      if (wrong) return wrong
    }
    return null
  }
  if (typeof expected === 'string' && typeof found === 'number') {
    return Date.parse(expected) === found ? null : `${path}: ${expected} is not ${found}`
  }
  return Object.is(expected, found) ? null : `${path}: expected ${show(expected)}, found ${show(found)}`
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value) {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner))
}

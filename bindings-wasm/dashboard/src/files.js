// Files as tables: which table each holds, and several files of one table as one.

import { isWebhooks, webhooksOf } from './webhooks.js'

const NEW_LINE = 0x0a
const TABLES = ['events', 'contacts', 'channels', 'users', 'teams', 'broadcasts']

/** Which table a file holds, by its name. */
export function tableOf(name) {
  const lower = name.toLowerCase()
  return TABLES.find((table) => lower.includes(table)) ?? 'messages'
}

/** Files by the table that they hold, and the webhooks of those that hold webhooks. */
export async function sorted(files) {
  const tables = new Map()
  const webhooks = []
  for (const file of files) {
    if (await isWebhooks(file)) {
      webhooks.push(...webhooksOf(await file.text()))
      continue
    }
    const table = tableOf(file.name)
    tables.set(table, [...(tables.get(table) ?? []), file])
  }
  return { tables, webhooks }
}

/**
 * One source out of all files of a table: behind one another where they are of one form, as rows where they are not.
 * `read` reads the rows of one.
 */
export async function joined(files, read) {
  if (files.length === 1) return files[0]
  const filled = files.filter((file) => file.size > 0)
  if (filled.length < 2) return filled[0] ?? files[0]
  const forms = await Promise.all(filled.map(form))
  if (forms.every(({ head }) => head !== null && head === forms[0].head)) {
    return new Blob(filled.flatMap((file, row) => [row === 0 ? file : file.slice(forms[row].start), '\n']))
  }
  const rows = []
  for (const file of filled) for (const row of await read(file)) rows.push(row)
  return rows
}

/** How a file begins: `head` is what files must share to stand behind one another, `start` where its rows begin. */
async function form(file) {
  const bytes = new Uint8Array(await file.slice(0, 65_536).arrayBuffer())
  // Decoding takes a mark at the start away, as it is no part of the first name.
  const shown = new TextDecoder().decode(bytes).trimStart()
  if (shown.startsWith('[')) return { head: null, start: 0 }
  if (shown.startsWith('{')) return { head: '{', start: 0 }
  const end = bytes.indexOf(NEW_LINE)
  if (end < 0) return { head: null, start: 0 }
  return { head: new TextDecoder().decode(bytes.subarray(0, end)).trimEnd(), start: end + 1 }
}

/** Which of the files an error is in, and on which of its lines: several may have been read as one. */
export async function placed(files, path) {
  if (files.length < 2) return files.length === 0 ? {} : { file: files[0].name }
  const line = Number(/\.line\[(\d+)\]/.exec(path)?.[1])
  let before = 0
  let headed = 0
  for (const file of files.filter(({ size }) => size > 0)) {
    const lines = (await file.text()).split('\n').length - headed
    if (line <= before + lines) return { file: file.name, path: path.replace(/\.line\[\d+\]/, `.line[${line - before + headed}]`) }
    before += lines
    headed = (await form(file)).head === '{' ? 0 : 1
  }
  return { file: files.map(({ name }) => name).join(', ') }
}

// Writes the functions and methods that only pass a request on, from the list of operations in `types.d.ts`. Run it when
// an operation was added; a test holds the result against the list.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const here = import.meta.dirname
const types = readFileSync(join(here, '../core/src/wire/types.d.ts'), 'utf8')

/** Operations of an interface, with what is written of each. */
function operations(name) {
  const [, body] = new RegExp(`export interface ${name} \\{(.*?)\\n\\}`, 's').exec(types)
  return [...body.matchAll(/^ {2}(\w+): (\{.*?\});$/gm)].map(([, operation, written]) => ({ operation, written, name: camel(operation) }))
}

function camel(operation) {
  return operation.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase())
}

/** Puts lines between the marks of a file. */
function between(file, mark, lines) {
  const path = join(here, 'api', file)
  const text = readFileSync(path, 'utf8')
  const begin = `// ${mark}: written by operations.mjs`
  const end = `// ${mark}: end`
  const [before, rest] = text.split(begin)
  if (rest === undefined) throw new Error(`${file} has no mark \`${begin}\``)
  const after = rest.slice(rest.indexOf(end))
  writeFileSync(path, `${before}${begin}\n${lines.join('\n')}\n${' '.repeat(before.length - before.trimEnd().length > 2 ? 2 : 0)}${after}`)
}

const BY_HAND = new Set(['messages_report', 'contacts_report', 'choices', 'show_report', 'sample', 'vocabulary'])
const passed = operations('Operations').filter(({ operation }) => !BY_HAND.has(operation))
const gives = ({ written }) => written.includes('given:')

between('operations.js', 'operations', passed.map((one) =>
  gives(one)
    ? `export const ${one.name} = (given, options) => call('${one.operation}', options, given)`
    : `export const ${one.name} = (options) => call('${one.operation}', options)`,
))
between('index.d.ts', 'operations', passed.map((one) => {
  const of = `Operations['${one.operation}']`
  return gives(one)
    ? `export function ${one.name}(given: ${of}['given'], options: ${of}['options']): ${of}['answer']`
    : `export function ${one.name}(options: ${of}['options']): ${of}['answer']`
}))
const own = operations('WorkspaceOperations')
/** Whether what is asked of an operation has a key. */
const asks = (key) => ({ written }) => {
  const name = /options: (\w+)/.exec(written)[1]
  const [, body = ''] = new RegExp(`export interface ${name} \\{(.*?)\\n\\}`, 's').exec(types) ?? []
  return new RegExp(`^ {2}${key}:`, 'm').test(body)
}
const listed = (name, some) => [`const ${name} = new Set([`, ...some.map(({ operation }) => `  '${operation}',`), '])']
const set = (name, key) => listed(name, own.filter(asks(key)))
/** Whether an operation stands among the changes of the library's own list. */
const core = readFileSync(join(here, '../core/src/wire/workspace/operation.rs'), 'utf8')
const changing = new Set([.../\n {4}changes \{(.*?)\n {4}\}/s.exec(core)[1].matchAll(/^ {8}"(\w+)" =>/gm)].map(([, operation]) => operation))
const changes = ({ operation }) => changing.has(operation)

between('workspace.js', 'operations', ['export const OPERATIONS = [', ...own.map(({ operation }) => `  '${operation}',`), ']', '/** Operations that need the present, and those that need randomness for new ids: given where the caller has none. */', ...set('TIMED', 'at'), ...set('RANDOM', 'random'), '/** Operations that change the workspace. */', ...listed('CHANGES', own.filter(changes))])
between('index.d.ts', 'workspace operations', own.map(({ operation, written, name }) => {
  const optional = /NoOptions|ContactsRequest|EventsRequest|ReportTablesRequest|QuotaAt/.test(written) ? '?' : ''
  return `  ${name}(options${optional}: WorkspaceOptions<'${operation}'>): WorkspaceOperations['${operation}']['answer']`
}))

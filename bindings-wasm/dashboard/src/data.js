// The data of the page: tables in, a dataset and a workspace in the worker.

import { isTime } from './faults.js'
import { joined, placed, sorted } from './files.js'
import { tablesOf } from './webhooks.js'

/** Everything that the views read. */
export class Data {
  #client
  #tables
  dataset = null
  /** Merges of this page: `{ primary, secondary, at, undone }`, ids of the data. */
  merges = []
  /** What came of webhooks: how many there were, and what could not be read. */
  webhooks = null
  /** The zone that times without an offset were read in; null where there were none. */
  localZone = null

  constructor(client) {
    this.#client = client
  }

  /** Reads tables; what was there before stays until they are ready. */
  async load(tables, work) {
    const next = new Data(this.#client)
    next.#tables = tables
    await next.#build(work)
    return next
  }

  /** Reads files; those of webhooks become rows first. Says what of them could not be read. */
  async files(files, work) {
    const { tables: found, webhooks } = await sorted(files)
    const tables = {}
    let localZone = null
    const rowsOf = async (table, file) => {
      const local = { file, options: { zone: work.zone } }
      try {
        return await this.#read(table, file).catch((fault) => {
          if (!isTime(fault)) throw fault
          return this.#read(table, local).then((rows) => { localZone = work.zone; return rows })
        })
      } catch (fault) {
        throw Object.assign(fault, { file: file.name, path: `${table}.${fault.path}` })
      }
    }
    for (const [table, sources] of found) tables[table] = await joined(sources, (file) => rowsOf(table, file))
    const read = webhooks.length === 0 ? null : await tablesOf(this.#client, webhooks)
    for (const [name, rows] of Object.entries(read?.tables ?? {})) {
      const others = tables[name] === undefined ? [] : await this.#rowsOf(name, tables[name])
      tables[name] = [...others, ...rows]
    }
    try {
      const next = await this.#inZone(tables, work)
      next.webhooks = read
      next.localZone ??= localZone
      return next
    } catch (fault) {
      const [table] = /^\w+/.exec(fault.path ?? '') ?? []
      throw Object.assign(fault, await placed(found.get(table) ?? [], fault.path))
    }
  }

  /** Reads files; times in them that do not say their offset are those of a zone, and the page says so. */
  async #inZone(tables, { zone, ...work }) {
    try {
      return await this.load(tables, work)
    } catch (fault) {
      if (!isTime(fault)) throw fault
      const local = Object.entries(tables).map(([table, source]) => [table, source instanceof Blob ? { file: source, options: { zone } } : source])
      const next = await this.load(Object.fromEntries(local), work).catch((other) => {
        throw other.code === fault.code ? other : fault
      })
      next.localZone = zone
      return next
    }
  }

  async sample(options) {
    const tables = await this.#client.call('sample', options)
    return this.load(tables)
  }

  async #build(work) {
    const old = this.dataset
    this.dataset = await this.#client.load(await this.#withMerges(), work)
    old?.free()
  }

  /** The tables with the merges of this page among the events. */
  async #withMerges() {
    const { merges } = this
    if (merges.length === 0) return this.#tables
    const events = []
    for (const { primary, secondary, at, undone } of merges) {
      events.push({ kind: 'merged', at, contact: primary.id, secondary: secondary.id, name: primary.name, source: 'user' })
      if (undone) events.push({ kind: 'unmerged', at: undone, contact: primary.id, secondary: secondary.id, name: primary.name, source: 'user' })
    }
    return { ...this.#tables, events: [...(await this.rows('events')), ...events] }
  }

  /** The rows of a table, also where it came as a file. */
  async rows(table) {
    const source = this.#tables[table]
    if (source === undefined || source === null) return []
    return this.#rowsOf(table, source)
  }

  async #rowsOf(table, source) {
    return Array.isArray(source) ? source : this.#read(table, source)
  }

  async #read(table, source) {
    const text = await (source.file ?? source).text()
    const operation = { messages: 'import_messages', events: 'import_events', channels: 'import_channels' }[table] ?? 'import_named'
    if (text.trimStart().startsWith('[')) return JSON.parse(text)
    const { rows } = await this.#client.call(operation, { text, import: source.options ?? {} })
    return rows
  }

  /**
   * Contacts as the people view shows them: name, channels, first and last message. The messages come as columns out of
   * the logs, where whoever was merged away has the id of the one that stayed.
   */
  async people({ zone, now }) {
    const [contacts, channels, events] = await Promise.all(['contacts', 'channels', 'events'].map((table) => this.rows(table)))
    const found = new Map()
    const person = (id) => {
      const key = `${typeof id}:${id}`
      if (!found.has(key)) found.set(key, { id, key, name: null, channels: new Map(), last: null })
      return found.get(key)
    }
    const gone = goneOf(events)
    for (const { id, name } of contacts) person(id).name = name ?? null
    const report = await this.dataset.messagesReport({ zone, now, period: 'all_time', components: LOGS, logs: { columns: ['timestamp', 'contact_id', 'channel'] } })
    try {
      for (const part of report.components.filter(({ state }) => state === 'data')) {
        const table = await part.all()
        const [times, ids, places] = ['timestamp', 'contact_id', 'channel'].map((name) => table.column(name).values)
        for (let row = 0; row < times.length; row++) {
          const known = person(ids[row])
          const at = times[row]
          if (known.last === null || at > known.last) known.last = at
          const channel = places[row]
          if (channel !== null && !(known.channels.get(channel) <= at)) known.channels.set(channel, at)
        }
      }
    } finally {
      report.free()
    }
    for (const key of [...found.keys()]) if (gone.has(String(found.get(key).id))) found.delete(key)
    const names = new Map(channels.map(({ id, name }) => [id, name ?? String(id)]))
    return { people: [...found.values()], channelNames: names, channels }
  }

  async merge(primary, secondary, at) {
    const merged = { primary, secondary, at, undone: null }
    this.merges.push(merged)
    try {
      await this.#build()
    } catch (fault) {
      this.merges.pop()
      throw fault
    }
  }

  async unmerge(merge, at) {
    merge.undone = at
    try {
      await this.#build()
    } catch (fault) {
      merge.undone = null
      throw fault
    }
  }

  free() {
    this.dataset?.free()
  }
}

const LOGS = ['incoming_log', 'outgoing_log', 'failed_log']

/** Ids of contacts that are part of another one, or were deleted. */
function goneOf(events) {
  const gone = new Set()
  for (const { kind, contact, secondary } of events) {
    if (kind === 'merged') gone.add(String(secondary))
    else if (kind === 'unmerged') gone.delete(String(secondary))
    else if (kind === 'deleted') gone.add(String(contact))
    else if (kind === 'added') gone.delete(String(contact))
  }
  return gone
}

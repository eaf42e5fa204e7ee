// The data of the page: tables in, a dataset and a workspace in the worker.

import { isWebhooks, tablesOf, webhooksOf } from './webhooks.js'

const TABLES = ['events', 'contacts', 'channels', 'users', 'teams', 'broadcasts']

/** Which table a file holds, by its name. */
export function tableOf(name) {
  const lower = name.toLowerCase()
  return TABLES.find((table) => lower.includes(table)) ?? 'messages'
}

/** Everything that the views read. */
export class Data {
  #client
  #tables
  dataset = null
  /** Merges of this page: `{ primary, secondary, at, undone }`, ids of the data. */
  merges = []
  /** What came of webhooks: how many there were, and what could not be read. */
  webhooks = null

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
    const tables = {}
    const webhooks = []
    for (const file of files) {
      if (await isWebhooks(file)) webhooks.push(...webhooksOf(await file.text()))
      else tables[tableOf(file.name)] = file
    }
    if (webhooks.length === 0) return this.load(tables, work)
    const read = await tablesOf(this.#client, webhooks)
    for (const [name, rows] of Object.entries(read.tables)) tables[name] ??= rows
    const next = await this.load(tables, work)
    next.webhooks = read
    return next
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
    if (Array.isArray(source)) return source
    const text = await (source.file ?? source).text()
    if (text.trimStart().startsWith('[')) return JSON.parse(text)
    const operation = { messages: 'import_messages', events: 'import_events', channels: 'import_channels' }[table] ?? 'import_named'
    const { rows } = await this.#client.call(operation, { text, import: source.options ?? {} })
    return rows
  }

  /** Contacts as the people view shows them: name, channels, first and last message. */
  async people() {
    const [messages, contacts, channels] = await Promise.all(['messages', 'contacts', 'channels'].map((table) => this.rows(table)))
    const found = new Map()
    const person = (id) => {
      const key = `${typeof id}:${id}`
      if (!found.has(key)) found.set(key, { id, key, name: null, channels: new Map(), last: null })
      return found.get(key)
    }
    for (const { id, name } of contacts) person(id).name = name ?? null
    for (const { contact, channel, sent_at } of messages) {
      const at = typeof sent_at === 'number' ? sent_at : Date.parse(sent_at)
      const known = person(contact)
      if (known.last === null || at > known.last) known.last = at
      if (channel === undefined || channel === null) continue
      const first = known.channels.get(channel)
      if (first === undefined || at < first) known.channels.set(channel, at)
    }
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

// A whole workspace in memory: commands in, events out.

import { cancelled, freed, guarded, refused } from './errors.js'
import { INSPECT, inspected } from './inspect.js'
import { watched, workOf } from './later.js'
import { native } from './native.js'
import { fromText, isBuffer, known, optionsOf, toText, typedName } from './plain.js'

/** Operations of a workspace. */
// operations: written by operations.mjs
export const OPERATIONS = [
  'about',
  'contact',
  'contacts',
  'channel_states',
  'resolve',
  'holder',
  'merged_into',
  'channels',
  'tags',
  'custom_fields',
  'select_contacts',
  'explain_segment',
  'search_contacts',
  'contacts_page',
  'export_contacts',
  'contact_file',
  'try_contact_file',
  'quota',
  'units',
  'admit',
  'plan_merge',
  'suggest_merges',
  'plan_reset',
  'reset_status',
  'check_access',
  'events',
  'report_tables',
  'execute',
  'import_contacts',
  'import_contact_file',
  'bulk',
  'forget_events',
]
/** Operations that need the present, and those that need randomness for new ids: given where the caller has none. */
const TIMED = new Set([
  'try_contact_file',
  'quota',
  'units',
  'admit',
  'reset_status',
  'execute',
  'import_contacts',
  'import_contact_file',
  'bulk',
])
const RANDOM = new Set([
  'try_contact_file',
  'execute',
  'import_contacts',
  'import_contact_file',
  'bulk',
])
/** Operations that change the workspace. */
const CHANGES = new Set([
  'execute',
  'import_contacts',
  'import_contact_file',
  'bulk',
  'forget_events',
])
// operations: end

/** `plan_merge` as `planMerge`. */
export function camelCase(operation) {
  return operation.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase())
}


/** Contacts, what they count, merges and resets of one workspace. */
export class Workspace {
  #native
  #clock
  #random
  /** Whether a listener of work on a thread is being told of it. */
  #telling = false

  /** Begins a workspace; store its first event: `events()`. */
  constructor(settings, host = {}) {
    const { at, clock = Date.now, random = randomBytes } = known(host, ['at', 'clock', 'random'])
    for (const [name, found] of [['clock', clock], ['random', random]]) {
      if (typeof found !== 'function') throw refused('invalid_argument', 'invalid_type', `\`${name}\` is no function`, name, null)
    }
    this.#clock = clock
    this.#random = random
    if (settings === READY) return
    const asked = toText({ at: at ?? clock(), random: [...random(10)], settings: optionsOf(settings, 'settings') })
    this.#native = guarded(() => native().Workspace.open(asked))
  }

  static #of(found, host) {
    const workspace = new Workspace(READY, host)
    workspace.#native = found
    return workspace
  }

  /** The state that stored events give. */
  static replay(request, host) {
    const asked = toText(optionsOf(request))
    return Workspace.#of(guarded(() => native().Workspace.replay(asked)), host)
  }

  /** The state of a snapshot and of the stored events after it. */
  static restore(snapshot, request = {}, host = undefined) {
    if (typedName(snapshot) !== 'Uint8Array' && !isBuffer(snapshot)) {
      throw refused('invalid_argument', 'malformed_value', 'a snapshot is a Uint8Array', 'snapshot', null)
    }
    const bytes = isBuffer(snapshot) ? new Uint8Array(snapshot) : new Uint8Array(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength)
    const asked = toText(optionsOf(request))
    return Workspace.#of(guarded(() => native().Workspace.restore(bytes, asked)), host)
  }

  handle() {
    if (this.#native === null) throw freed('workspace')
    // The thread has the workspace until it is through: whoever waits for it here would keep the event loop from turning.
    if (this.#telling) throw refused('conflict', 'busy', 'the workspace is at work', '', 'wait for the work that this is told of')
    return this.#native
  }

  #asked(operation, options) {
    const filled = optionsOf(options)
    if (TIMED.has(operation)) {
      // Read once, so that a command without `at` never lies ahead of the clock.
      const now = this.#clock()
      filled.at ??= now
      if (RANDOM.has(operation)) filled.now ??= now
    }
    if (RANDOM.has(operation)) filled.random ??= [...this.#random(10)]
    return toText(filled)
  }

  /** Runs any operation by name. */
  call(operation, options) {
    const asked = this.#asked(operation, options)
    return fromText(guarded(() => this.handle().call(operation, asked)))
  }

  /** Runs any operation by name on a thread, where there are some. */
  async callAsync(operation, options, work = {}) {
    const { onProgress, signal } = workOf(work)
    if (native().Watch === undefined) {
      if (signal?.aborted) throw cancelled(signal)
      const answer = this.call(operation, options)
      const done = answer?.items?.length
      if (done !== undefined) onProgress?.({ done, total: done })
      return answer
    }
    const asked = this.#asked(operation, options)
    const told = onProgress && (({ bytes, rows }) => this.#tell(onProgress, { done: bytes, total: rows }))
    const start = (watch) => this.handle().callLater(operation, asked, watch)
    const changes = CHANGES.has(operation)
    const answer = fromText(await watched(start, { signal, onProgress: told }, [''], changes ? fromText : null))
    // What was done stays: whoever ended the work is told of it.
    if (changes && answer.stopped?.code === 'cancelled') throw cancelled(signal, answer)
    return answer
  }

  #tell(onProgress, progress) {
    this.#telling = true
    try {
      return onProgress(progress)
    } finally {
      this.#telling = false
    }
  }

  /** The whole state as bytes; the events that are remembered are no part of it. */
  snapshot() {
    return guarded(() => this.handle().snapshot())
  }

  toJSON() { return this.isFreed ? { freed: true } : this.about() }

  [INSPECT](_, options, inspect) {
    if (this.#telling) return 'Workspace { busy: true }'
    if (this.isFreed) return inspected('Workspace', { freed: true }, options, inspect)
    const { settings, sequence, contacts } = this.about()
    return inspected('Workspace', { zone: settings?.zone, contacts, sequence }, options, inspect)
  }

  /** Gives the memory back. */
  free() {
    this.#native?.free()
    this.#native = null
  }

  get isFreed() { return this.#native === null }
}
if (Symbol.dispose) Workspace.prototype[Symbol.dispose] = Workspace.prototype.free

const READY = Symbol('ready')

for (const operation of OPERATIONS) {
  Workspace.prototype[camelCase(operation)] = function (options) {
    return this.call(operation, options)
  }
}

function randomBytes(count) {
  return globalThis.crypto.getRandomValues(new Uint8Array(count))
}

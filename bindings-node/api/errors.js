// Errors: data first, so that a page can say in its own words what is wrong, and where.

/** Whatever this library throws on its own. */
export class OmnicontactError extends Error {
  constructor({ kind, code, message, path = '', hint = null }, cause) {
    const place = path === '' ? '' : `${path}: `
    super(`${place}${message}${hint === null ? '' : ` (${hint})`}`, cause === undefined ? undefined : { cause })
    this.name = 'OmnicontactError'
    this.kind = kind
    this.code = code
    this.detail = message
    this.path = path
    this.hint = hint
    /** What was done before work on a workspace was ended. */
    this.answer = null
  }

  /** The error as data, as it crosses workers and networks. */
  toJSON() {
    return { kind: this.kind, code: this.code, message: this.detail, path: this.path, hint: this.hint }
  }
}

export function refused(kind, code, message, path, hint, cause) {
  return new OmnicontactError({ kind, code, message, path: path ?? '', hint: hint ?? null }, cause)
}

/** What the native part threw, as an error of this library; everything else stays what it is. */
export function readable(fault) {
  if (fault instanceof OmnicontactError) return fault
  const text = typeof fault === 'string' ? fault : fault?.message
  if (typeof text === 'string' && text.startsWith('{"')) {
    try {
      const data = JSON.parse(text)
      if (typeof data.kind === 'string' && typeof data.code === 'string') return new OmnicontactError(data)
    } catch {
      // Somebody else's words.
    }
  }
  if (typeof WebAssembly === 'object' && fault instanceof WebAssembly.RuntimeError) {
    const hint = 'load the module anew; if memory did not run out, this is a bug: please report it'
    return refused('internal', 'internal', 'the module stopped', '', hint, fault)
  }
  return fault
}

export function guarded(work) {
  try {
    return work()
  } catch (fault) {
    throw readable(fault)
  }
}

export function freed(what) {
  return refused('conflict', 'freed', `the ${what} was freed`, '', 'use it before `free()`, or make a new one')
}

/** The error of work that its `AbortSignal` ended, with what was done before. */
export function cancelled(signal, answer = null) {
  const error = refused('cancelled', 'cancelled', 'the work was asked to stop', '', null, signal.reason)
  error.answer = answer
  return error
}

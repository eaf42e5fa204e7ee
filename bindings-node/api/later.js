// Work off the event loop, where the native part has threads: progress and an end from outside.

import { cancelled, readable, refused } from './errors.js'
import { native } from './native.js'
import { known } from './plain.js'

const TOLD_EVERY_MS = 50

/** How work is watched and ended, with nothing in it that is not obeyed. */
export function workOf(work) {
  const { signal, onProgress } = known(work, ['signal', 'onProgress'])
  if (signal !== undefined && signal !== null && typeof signal.addEventListener !== 'function') {
    throw refused('invalid_argument', 'invalid_type', 'the signal is no AbortSignal', 'signal', 'pass `controller.signal`')
  }
  if (onProgress !== undefined && onProgress !== null && typeof onProgress !== 'function') {
    throw refused('invalid_argument', 'invalid_type', '`onProgress` is no function', 'onProgress', null)
  }
  return { signal: signal ?? undefined, onProgress: onProgress ?? undefined }
}

/** The listener, whose failure, now or later, is handed to `fail` instead of to whoever calls it. */
export function listening(onProgress, fail) {
  return (progress) => {
    try {
      const said = onProgress(progress)
      if (typeof said?.then === 'function') Promise.resolve(said).catch(fail)
    } catch (fault) {
      fail(fault)
    }
  }
}

/**
 * Starts work with a watch on it, and waits for it or for the signal. A listener that throws ends the work with its error.
 * Work that changes something is waited for in any case, as only its own answer, read by `answerOf`, says how far it came.
 */
export async function watched(start, { signal, onProgress } = {}, files = [], answerOf = null) {
  if (signal?.aborted) throw cancelled(signal)
  const watch = new (native().Watch)()
  let ended = false
  let failed = null
  let stop
  let give
  const stopped = new Promise((_, reject) => {
    give = reject
    stop = () => {
      watch.cancel()
      if (answerOf === null) reject(cancelled(signal))
    }
  })
  stopped.catch(() => {})
  signal?.addEventListener('abort', stop, { once: true })
  const fail = (fault) => {
    if (failed !== null) return
    failed = { fault }
    watch.cancel()
    if (answerOf === null) give(fault)
  }
  const listen = onProgress === undefined ? undefined : listening(onProgress, fail)
  const tell = () => {
    const [file, bytes, rows] = watch.done()
    if (failed === null && files[file] !== undefined) listen({ table: files[file], bytes, rows })
  }
  const timer = listen === undefined ? undefined : setInterval(tell, TOLD_EVERY_MS)
  try {
    const work = start(watch)
    // What comes too late is given back at once.
    work.then((found) => ended && found?.free?.()).catch(() => {})
    const found = await Promise.race([work, stopped])
    if (listen !== undefined) {
      tell()
      // A listener that waited for nothing has failed by now.
      await null
    }
    if (failed !== null) {
      ended = true
      if (answerOf === null) found?.free?.()
      throw withAnswer(failed.fault, answerOf?.(found))
    }
    return found
  } catch (fault) {
    ended = true
    if (failed !== null) throw failed.fault
    const error = readable(fault)
    throw signal?.aborted && error.code === 'cancelled' ? cancelled(signal) : error
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', stop)
  }
}

/** The error of a listener, which says what was done before it. */
function withAnswer(fault, answer) {
  if (answer !== undefined && fault instanceof Error && fault.answer == null && Object.isExtensible(fault)) fault.answer = answer
  return fault
}

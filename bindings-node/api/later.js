// Work off the event loop, where the native part has threads: progress and an end from outside.

import { cancelled, readable } from './errors.js'
import { native } from './native.js'

const TOLD_EVERY_MS = 50

/**
 * Starts work with a watch on it, and waits for it or for the signal. Work that `changes` something is waited for also after
 * the signal, as only its own answer says how far it came.
 */
export async function watched(start, { signal, onProgress } = {}, files = [], changes = false) {
  if (signal?.aborted) throw cancelled(signal)
  const watch = new (native().Watch)()
  let ended = false
  let stop
  const stopped = new Promise((_, reject) => {
    stop = () => {
      watch.cancel()
      if (!changes) reject(cancelled(signal))
    }
  })
  stopped.catch(() => {})
  signal?.addEventListener('abort', stop, { once: true })
  const tell = () => {
    const [file, bytes, rows] = watch.done()
    if (files[file] !== undefined) onProgress({ table: files[file], bytes, rows })
  }
  const timer = onProgress === undefined ? undefined : setInterval(tell, TOLD_EVERY_MS)
  try {
    const work = start(watch)
    // What comes too late is given back at once.
    work.then((found) => ended && found?.free?.()).catch(() => {})
    const found = await Promise.race([work, stopped])
    if (onProgress !== undefined) tell()
    return found
  } catch (fault) {
    ended = true
    const error = readable(fault)
    throw signal?.aborted && error.code === 'cancelled' ? cancelled(signal) : error
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', stop)
  }
}

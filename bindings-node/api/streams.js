// Streams, files and responses as bytes.

import { cancelled, refused } from './errors.js'
import { typedName } from './plain.js'

/** Whether it has to be waited for. */
export function isStream(source) {
  if (typeof source !== 'object' || source === null || Array.isArray(source) || ArrayBuffer.isView(source)) return false
  return (
    typeof source.stream === 'function' ||
    typeof source.getReader === 'function' ||
    typeof source[Symbol.asyncIterator] === 'function' ||
    (typeof source.arrayBuffer === 'function' && 'body' in source)
  )
}

/** All bytes of a Blob, a File, a Response, a stream of the web or of Node, or anything that yields chunks. */
export async function collect(source, name, { signal, onProgress }) {
  if (source.bodyUsed === true || source.locked === true) {
    throw refused('invalid_argument', 'malformed_value', 'the stream was read before', name, 'open it again')
  }
  // What a server says of its mistakes is no table.
  if (source.ok === false && typeof source.status === 'number') {
    throw refused('invalid_data', 'read_failed', `the server answered ${source.status}`, name, 'ask for the file again')
  }
  const chunks = []
  let size = 0
  const take = (chunk) => {
    if (signal?.aborted) throw cancelled(signal)
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    if (typedName(bytes) !== 'Uint8Array') {
      throw refused('invalid_data', 'read_failed', 'the stream yields no bytes', name, 'chunks are Uint8Arrays or texts')
    }
    chunks.push(bytes)
    size += bytes.length
    onProgress?.({ table: name, bytes: size, rows: 0 })
  }
  const stream = typeof source.stream === 'function' ? source.stream() : 'body' in source ? source.body : source
  if (typeof stream?.getReader === 'function') {
    const reader = stream.getReader()
    try {
      for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) take(value)
    } catch (fault) {
      await reader.cancel(fault).catch(() => {})
      throw fault
    }
  } else if (stream !== null) {
    for await (const chunk of stream) take(chunk)
  }
  const bytes = new Uint8Array(size)
  let end = 0
  for (const chunk of chunks) {
    bytes.set(chunk, end)
    end += chunk.length
  }
  return bytes
}

/** The tables with bytes instead of streams. */
export async function collected(tables, names, options) {
  const found = { ...tables }
  for (const name of names) {
    const source = tables[name]
    if (isStream(source)) found[name] = await collect(source, name, options)
    else if (isStream(source?.file)) found[name] = { ...source, file: await collect(source.file, name, options) }
  }
  return found
}

// Bodies of webhooks as servers have them: bytes. What is UTF-8 goes on as text; what is not goes on as it is, so that the
// core says so (`invalid_utf8`), as it does in every language.

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const OPERATIONS = new Set(['read_webhooks', 'journal'])

/** The bytes of a body, of whichever realm; nothing for anything else. */
function bytesOf(body) {
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  const brand = Object.prototype.toString.call(body)
  return brand === '[object ArrayBuffer]' || brand === '[object SharedArrayBuffer]' ? new Uint8Array(body) : undefined
}

function request(webhook) {
  const bytes = bytesOf(webhook?.body)
  if (bytes === undefined) return webhook
  const { body: _, ...beside } = webhook
  try {
    // A shared buffer may change meanwhile: what is read is a copy.
    return { ...beside, body: decoder.decode(bytes.slice()) }
  } catch {
    return { ...beside, bytes: Array.from(bytes) }
  }
}

/** The options of an operation, with the bodies of webhooks as the core takes them. */
export function withBodies(operation, options) {
  if (!OPERATIONS.has(operation)) return options
  try {
    if (!Array.isArray(options?.webhooks)) return options
    return { ...options, webhooks: options.webhooks.map(request) }
  } catch {
    // What cannot be read is told, with its place, by whoever reads all of it.
    return options
  }
}

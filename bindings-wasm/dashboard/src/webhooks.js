// Raw webhooks of providers, as files: NDJSON or JSON of bodies, or of envelopes around them.

/** Keys that rows of the library's own tables have. */
const OWN = ['sent_at', 'direction', 'contact']

/** Whether a file holds webhooks rather than rows: by its name, or because it is JSON of something else. */
export async function isWebhooks(file) {
  const name = file.name.toLowerCase()
  if (name.includes('webhook')) return true
  if (!/\.(json|ndjson|jsonl)$/.test(name)) return false
  const start = await file.slice(0, 65_536).text()
  if (!/^\s*[[{]/.test(start)) return false
  // A row says when it was sent, which way, and to whom; a payload does not in these words.
  return !OWN.some((key) => start.includes(`"${key}"`)) && /"(entry|object|update_id|destination|event|events|payload|MessageSid|message_token|type|event_type)"\s*:/.test(start)
}

/** The bodies of a file. What cannot be read is kept as a text: the library says what is wrong with it. */
export function webhooksOf(text) {
  const whole = parsed(text)
  if (whole !== undefined) return (Array.isArray(whole) ? whole : [whole]).map(envelope)
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => envelope(parsed(line) ?? line))
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `{ body, provider, received_at }` as it is; everything else is a body. */
function envelope(found) {
  if (typeof found !== 'object' || found === null || found.body === undefined) return { body: found }
  const { body, provider, channel, received_at } = found
  const others = Object.keys(found).some((key) => !['body', 'provider', 'channel', 'received_at', 'headers'].includes(key))
  return others ? { body: found } : { body, ...(provider && { provider }), ...(channel && { channel }), ...(received_at && { received_at }) }
}

/** Tables out of webhooks, and what could not be read. */
export async function tablesOf(client, webhooks) {
  const { messages, events, contacts, channels, errors, unmatched } = await client.call('journal', { webhooks })
  return { tables: { messages, events, contacts, channels }, errors, unmatched, count: webhooks.length }
}

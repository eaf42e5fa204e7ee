// What is asked of the package in every runtime; the answers are compared with those in Node.

const ASKED = { zone: 'America/Guayaquil', now: '2026-07-01T05:00:00Z', period: 'last_30_days', compare: true, locale: 'pt' }

/** A digest of a text: FNV-1a, as its letters. */
function digest(text) {
  let found = 0x811c9dc5
  for (let at = 0; at < text.length; at++) found = Math.imul(found ^ text.charCodeAt(at), 0x01000193) >>> 0
  return `${text.length}:${found}`
}

function thrown(work) {
  try {
    work()
    return 'nothing was thrown'
  } catch (error) {
    return [error.name, error instanceof Error, error.kind, error.code, error.path, error.hint]
  }
}

export async function answers({ Dataset, Workspace, OmnicontactError, sample, messagesReport, contactsReport, dayOf }) {
  const data = new Dataset(sample({ contacts: 150, messages: 2000, days: 90 }))
  const report = data.messagesReport(ASKED)
  const contacts = data.contactsReport(ASKED)
  const texts = [report, contacts].flatMap((one) => ['json', 'html', 'text'].map((format) => digest(one.show({ format }))))
  const parts = [...report, ...contacts].map((part) => digest(part.csv() + part.svg() + JSON.stringify(part.chart())))
  const partial = data.messagesPartial(ASKED)
  const bytes = digest(partial.toBytes().join())

  let at = Date.parse('2026-07-01T10:00:00Z')
  let random = 0
  const host = { clock: () => (at += 60_000), random: (count) => Uint8Array.from({ length: count }, () => (random += 1) & 0xff) }
  const workspace = new Workspace({ zone: 'America/Guayaquil', country: 'EC' }, host)
  const met = (channel, external, name) => workspace.execute({ command: { tell: { identity: { channel, external }, direction: 'incoming', source: 'incoming_message', accepted: true, name } } }).outcome.contact
  const [ana, eva] = [met('whatsapp', '593991234567', 'Ana Pérez'), met('facebook', '77', 'Eva 😀')]
  workspace.execute({ command: { merge: { primary: ana, secondaries: [eva] } } })
  const merged = workspace.contacts().contacts.length
  const within = contactsReport({ workspace }, { zone: 'America/Guayaquil', now: at, period: 'today' }).merged_log.total_rows
  workspace.execute({ command: { unmerge: { primary: ana, secondary: eva } } })
  const refused = workspace.execute({ command: { unmerge: { primary: ana, secondary: eva } } }).outcome.refusal
  const restored = Workspace.restore(workspace.snapshot(), {}, host)

  const csv = 'id;sent_at;direction;contact\n9007199254740993;2026-07-01T10:00:00Z;incoming;ana\n'
  const told = []
  const streamed = await Dataset.load({ messages: new Response(csv) }, { onProgress: ({ bytes: count }) => told.push(count) })
  const read = streamed.messagesReport({ zone: 'UTC', now: '2026-07-01T12:00:00Z', period: 'today' }).incoming_log

  data.free()
  return JSON.stringify({
    texts,
    parts,
    bytes,
    ids: [ana, eva],
    merged,
    within,
    refused,
    restored: restored.contacts().contacts.length,
    events: digest(JSON.stringify(workspace.events())),
    streamed: [String(read.ids[0]), told.length > 0],
    day: dayOf({ zone: 'Pacific/Apia', at: '2011-12-30T10:00:00Z' }).date,
    errors: [
      thrown(() => messagesReport({ messages: [{ id: 1, sent_at: 0, direction: 'sideways', contact: 'ana' }] }, { zone: 'UTC' })),
      thrown(() => messagesReport({ messages: [] }, { zone: 'Mars/Olympus' })),
      thrown(() => data.messagesReport({ zone: 'UTC' })),
    ],
    own: thrown(() => { throw new OmnicontactError({ kind: 'conflict', code: 'freed', message: 'x' }) })[1],
  })
}

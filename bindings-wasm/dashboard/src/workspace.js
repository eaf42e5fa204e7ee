// A workspace with the people of the data in it: for search, merges and the quota.

const DAY = 86_400_000
const STEPS = 1000

/** Opens a workspace and tells it, in order of time, on which channels each person was met. */
export async function workspaceOf(client, { people, channels }, zone) {
  const met = people.flatMap((person) => [...person.channels].map(([channel, at]) => ({ person, channel, at })))
  met.sort((one, other) => one.at - other.at)
  const start = (met[0]?.at ?? Date.now()) - DAY
  const workspace = await client.openWorkspace({ zone }, { at: start })
  const known = new Set(channels.map(({ id }) => id))
  const unnamed = [...new Set(met.map(({ channel }) => channel))].filter((id) => !known.has(id))
  const all = [...channels, ...unnamed.map((id) => ({ id, kind: 'custom_channel', name: String(id) }))]
  const steps = all.map(({ id, kind, name }) => ['execute', { at: start, command: { set_channel: { channel: { id, kind, name: name ?? null } } } }])
  const first = new Map()
  const later = []
  for (const one of met) {
    if (first.has(one.person)) later.push(one)
    else first.set(one.person, steps.push(tell(one)) - 1)
  }
  const replies = await runAll(workspace, steps)
  const contacts = new Map()
  for (const [person, row] of first) {
    const { outcome } = replies[row]
    if (outcome.contact !== undefined) contacts.set(person.key, outcome.contact)
  }
  // One person is one contact, on however many channels.
  const more = later.filter(({ person }) => contacts.has(person.key))
  await runAll(workspace, more.map((one) => tell(one, contacts.get(one.person.key))))
  // Whoever never wrote is a contact all the same.
  const silent = people.filter((person) => person.channels.size === 0)
  const added = await runAll(workspace, silent.map((person) => ['execute', { at: start, command: { add_contact: { profile: { name: person.name ?? String(person.id) } } } }]))
  for (const [row, person] of silent.entries()) {
    const { outcome } = added[row]
    if (outcome.contact !== undefined) contacts.set(person.key, outcome.contact)
  }
  return { workspace, contacts, channels: all, last: met.at(-1)?.at ?? start }
}

/** Many operations, some at a time: what goes to a worker is copied here, and the page has to draw in between. */
async function runAll(workspace, steps) {
  const answers = []
  for (let at = 0; at < steps.length; at += STEPS) {
    for (const answer of await workspace.callAll(steps.slice(at, at + STEPS))) answers.push(answer)
  }
  return answers
}

function tell({ person, channel, at }, contact = null) {
  const identity = { channel, external: String(person.id) }
  const told = { identity, direction: contact === null ? 'incoming' : 'outgoing', source: contact === null ? 'incoming_message' : 'user', accepted: true, contact, name: person.name ?? String(person.id) }
  return ['execute', { at, command: { tell: told } }]
}

// `using` of every handle; only engines that have the word can read this file.

export function freedByUsing({ Dataset, Workspace }) {
  const kept = []
  {
    using data = new Dataset({ messages: [{ id: 1, sent_at: 0, direction: 'incoming', contact: 'ana' }] })
    using report = data.messagesReport({ zone: 'UTC', now: 0, period: 'today' })
    using workspace = new Workspace({ zone: 'UTC' })
    kept.push(data, report, workspace)
    if (kept.some(({ isFreed }) => isFreed)) throw new Error('freed too early')
  }
  return kept.every(({ isFreed }) => isFreed)
}

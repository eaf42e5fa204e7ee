// Memory comes back: 1,000 reports made and freed. Run with --expose-gc.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packages } from './packages.mjs'

const REPORTS = 1000
const ROUND = 100

for (const { name, api } of packages) {
  test(`${name}: a thousand reports leave nothing behind`, async () => {
    const tables = api.sample({ contacts: 300, messages: 3000, days: 60 })
    const asked = { zone: 'America/Guayaquil', now: '2026-07-01T05:00:00Z', period: 'all_time' }
    const round = async (count) => {
      for (let made = 0; made < count; made++) {
        const data = new api.Dataset(tables)
        const report = data.messagesReport(asked)
        assert.ok(report.outgoing_log.columns.content.length > 100)
        report.free()
        data.free()
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
      globalThis.gc()
    }
    await round(ROUND)
    const before = process.memoryUsage().rss
    await round(REPORTS - ROUND)
    const grown = (process.memoryUsage().rss - before) / 1e6
    console.log(`${name}: ${grown.toFixed(1)} MB more after ${REPORTS - ROUND} more`)
    // One of them holds about 2 MB: a leak would be hundreds of them.
    assert.ok(grown < 64, `${grown} MB`)
  })
}

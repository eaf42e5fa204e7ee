// The same through `require`.
import oc = require('@omnicontact/node')

const total: number | null = oc.messagesReport({}, { zone: 'UTC', now: 0, period: 'today' }).delivery.total
console.log(`types for require hold: ${total}`)

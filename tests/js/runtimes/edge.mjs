// A worker at the edge that answers what is asked in every runtime. Its module state is the isolate's.

import * as oc from '@omnicontact/web'
import plain from '@omnicontact/web/omnicontact.wasm'
import * as small from '@omnicontact/web/reports'
import reports from '@omnicontact/web/reports/omnicontact.wasm'
import { answers } from './same.mjs'
import { freedByUsing } from './using.mjs'

// Allowed where nothing is asked yet, too.
small.initSync(reports)

const DONE = {
  early: () => oc.dayOf({ zone: 'UTC', at: 0 }),
  bytes: () => oc.init(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  address: () => oc.init(new URL('http://127.0.0.1:9/omnicontact.wasm')),
  same: async () => {
    await oc.init(plain)
    return answers(oc)
  },
  using: () => String(freedByUsing(oc)),
  reports: () => String(small.messagesReport({ messages: [{ id: 1, sent_at: 0, direction: 'incoming', contact: 'ana' }] }, { zone: 'UTC', now: 0, period: 'today' }).incoming_by_channel.total),
}

export default {
  async fetch(request) {
    try {
      return new Response(await DONE[new URL(request.url).pathname.slice(1)]())
    } catch (error) {
      return Response.json({ name: error.name, code: error.code, hint: error.hint, message: error.message }, { status: 500 })
    }
  },
}

// Types of `@omnicontact/web`.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as web from '@omnicontact/web';
await web.init();
await web.init(readFile(new URL(import.meta.resolve('@omnicontact/web/omnicontact.wasm'))));
const report = web.messagesReport({ messages: [{ id: 1, sent_at: 0, direction: 'incoming', contact: 1 }] }, { zone: 'UTC', now: 0, period: 'today' });
assert.equal(report.incoming_by_channel.total, 1);
// What one package takes and answers, the other does as well.
const tables = web.sample({ contacts: 1, messages: 1, days: 1 });
const options = { zone: 'UTC' };
assert.ok(tables && options);
async function page(client) {
    const data = await client.load({ messages: new Blob(['']) }, { transfer: true, onProgress: ({ rows }) => rows.toFixed() });
    const found = await data.messagesReport({ zone: 'UTC' });
    const outcome = await found.delivery?.outcome();
    if (outcome?.state === 'data' && 'funnel' in outcome)
        outcome.funnel.sent.toFixed();
    // @ts-expect-error parts in a worker are waited for
    found.delivery?.table().length;
    return found.component('incoming_log')?.table();
}
assert.equal(typeof page, 'function');
console.log('types of the web package hold');

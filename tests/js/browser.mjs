// A real Chromium, and a server for what it loads.

import { createServer } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { chromium } from 'playwright-core'

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json' }

/** Serves a folder on a port of its own. */
export async function serve(folder) {
  const server = createServer((request, answer) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname))
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path)
    if (!existsSync(file)) {
      answer.writeHead(404).end()
      return
    }
    answer.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }
}

export async function browser() {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  if (executablePath === undefined) throw new Error('no Chromium: apt-get install chromium')
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  return chromium.launch({ executablePath, args })
}

/** Milliseconds that a worker may take longer to hear of a call; `OMNICONTACT_SLOW=300` finds tests that do not wait. */
const SLOW = Number(process.env.OMNICONTACT_SLOW ?? 0)

/** Runs in the page: calls reach their worker late, in their order. */
function late(most) {
  const post = Worker.prototype.postMessage
  let before = Promise.resolve()
  Worker.prototype.postMessage = function (...given) {
    before = before.then(() => new Promise((resolve) => setTimeout(resolve, Math.random() * most))).then(() => post.apply(this, given))
  }
}

/** A page whose faults fail the test: errors, and whatever it asks of others than this machine. `slow` is as above. */
export async function opened(chromium, address, { slow = SLOW, ...options } = {}) {
  const page = await chromium.newPage({ viewport: { width: 1280, height: 900 }, ...options })
  page.faults = []
  page.on('pageerror', (error) => page.faults.push(error.message))
  page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()))
  page.on('request', (request) => { if (!/^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(request.url())) page.faults.push(`asked ${request.url()}`) })
  if (slow > 0) await page.addInitScript(late, slow)
  await page.goto(address)
  return page
}

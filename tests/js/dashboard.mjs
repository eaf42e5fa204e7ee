// What tests of the dashboard share.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { serve } from './browser.mjs'

export const folder = join(import.meta.dirname, '../../bindings-wasm/dashboard')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const shots = process.env.OMNICONTACT_SHOTS

/** The dashboard, built and served. */
export function dashboard() {
  execFileSync(process.execPath, [join(folder, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], { cwd: folder, stdio: 'inherit' })
  return serve(join(folder, 'dist'))
}

/** Waits until the page shows what was asked of it. */
export const still = (page) => page.waitForFunction(() => document.querySelector('#content').getAttribute('aria-busy') === null, null, { timeout: 60_000 })

/** A picture for people to look at, where one is asked for. */
export async function shoot(page, name) {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}

/** What axe finds that is serious. */
export async function serious(page) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).slice(0, 3).join(' | ')}`)
}

/** Drops files on the page: name and content of each; waits until they are read. */
export async function drop(page, ...files) {
  const pairs = typeof files[0] === 'string' ? [files] : files
  await page.evaluate((found) => {
    const transfer = new DataTransfer()
    for (const [name, content] of found) transfer.items.add(new File([content], name))
    for (const type of ['dragenter', 'dragover', 'drop']) document.querySelector('main').dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }))
  }, pairs)
  await still(page)
}

/** The total of a part of a report. */
export const total = (page, part) => page.textContent(`[data-part=${part}] .total strong`).then((text) => Number(text.replaceAll(/\D/g, '')))

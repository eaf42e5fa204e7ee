// The code of the README for Node runs; that for the web is built by Vite and run in the browser test.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { blocks } from './blocks.mjs'

const root = join(import.meta.dirname, '../..')
const work = join(import.meta.dirname, 'apps/readme')

const found = blocks(readFileSync(join(root, 'bindings-node/README.md'), 'utf8'), 'js')

test('the README for Node has code', () => assert.ok(found.length >= 6, String(found.length)))

for (const [place, code] of found.entries()) {
  test(`README for Node: block ${place + 1} runs`, () => {
    mkdirSync(work, { recursive: true })
    const file = join(work, `block-${place}.mjs`)
    writeFileSync(file, code)
    execFileSync(process.execPath, [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    rmSync(file)
  })
}

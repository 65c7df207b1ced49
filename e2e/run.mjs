// Runs journeys against a running country and prints one line of JSON for each.
// Usage: node run.mjs ORIGIN FOLDER-FOR-PICTURES CHROMIUM [JOURNEY…]
import { chromium } from 'playwright-core'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Town } from './site.mjs'

const [origin, out, executablePath, ...only] = process.argv.slice(2)
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage']
const browser = await chromium.launch({ executablePath, args: quiet })
const names = readdirSync(new URL('journeys', import.meta.url)).filter(f => f.endsWith('.mjs')).map(f => f.slice(0, -4)).sort()
const seen = new Set()
let bad = 0

for (const name of names) {
  if (only.length && !only.includes(name)) continue
  const town = new Town(browser, origin, out, seen)
  const began = Date.now()
  try {
    const journey = await import(`./journeys/${name}.mjs`)
    await journey.default(town)
  } catch (e) {
    town.fault(String(e.stack ?? e).replace(/\u001b\[\d*m/g, ''))
    await last(town, name)
  }
  for (const c of browser.contexts()) await c.close()
  bad += town.faults.length
  console.log(JSON.stringify({ journey: name, faults: town.faults, looks: town.looks, heaviest: town.heaviest ?? 0, ms: Date.now() - began }))
}
await browser.close()
process.exit(bad ? 1 : 0)

// last takes a picture of every page that was open when a journey failed.
async function last(town, name) {
  let n = 0
  for (const c of browser.contexts()) {
    for (const p of c.pages()) await p.screenshot({ path: join(out, `failed-${name}-${++n}.png`), fullPage: true }).catch(() => {})
  }
}

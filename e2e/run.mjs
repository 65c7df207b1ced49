// Runs journeys against running countries, each country's journeys one after the
// other, and prints one line of JSON for each.
// Usage: node run.mjs FOLDER-FOR-PICTURES CHROMIUM ORIGIN=JOURNEY,JOURNEY…
import { chromium } from 'playwright-core'
import { join } from 'node:path'
import { Town } from './site.mjs'

const [out, executablePath, ...countries] = process.argv.slice(2)
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage']
const seen = new Set() // pages that were looked at, by any journey in any country
let bad = 0

await Promise.all(countries.map(c => walk(c.slice(0, c.indexOf('=')), c.slice(c.indexOf('=') + 1).split(','))))
process.exit(bad ? 1 : 0)

async function walk(origin, names) {
  let browser
  for (const name of names) {
    const began = Date.now()
    if (!browser?.isConnected()) browser = await chromium.launch({ executablePath, args: quiet })
    const town = new Town(browser, origin, out, seen)
    try {
      const journey = await import(`./journeys/${name}.mjs`)
      await journey.default(town)
    } catch (e) {
      town.fault(reason(e))
      await last(browser, town, name)
    }
    for (const c of browser.contexts()) await c.close()
    bad += town.faults.length
    console.log(JSON.stringify({ journey: name, faults: town.faults, looks: town.looks, heaviest: town.heaviest ?? 0, ms: Date.now() - began }))
  }
  await browser.close()
}

// reason is what went wrong and where in the journey, without the insides of Node.
function reason(e) {
  const lines = String(e.stack ?? e).replace(/\u001b\[\d*m/g, '').split('\n')
  return lines.filter(l => !/^\s+at /.test(l) || /\/e2e\/(?!node_modules)/.test(l)).join('\n')
}

// last says what stood on every page that was open when a journey failed, and
// takes a picture of it.
async function last(browser, town, name) {
  let n = 0
  for (const c of browser.contexts()) {
    for (const p of c.pages()) {
      const file = `failed-${name}-${++n}.png`
      await p.screenshot({ path: join(town.out, file), fullPage: true, timeout: 20_000 }).catch(() => {})
      const text = await Promise.race([p.evaluate(() => (document.querySelector('main') ?? document.body).innerText), new Promise(r => setTimeout(r, 20_000, 'it does not answer'))]).catch(String)
      town.fault(`then ${p.url()} said (e2e/out/${file}): ${text.replace(/\s+/g, ' ').slice(0, 500)}`)
    }
  }
}

// What journeys are made of: people at a browser, and a look at each page they see.
import axe from 'axe-core/axe.min.js'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const sizes = [{ width: 1280, height: 900 }, { width: 390, height: 844 }]
const narrowest = 320
const heaviest = 60 * 1024 // bytes of HTML, CSS and JavaScript as they travel
const patience = 90_000 // stops what hangs; nothing is expected to take long

// Town is a running country with its browser. Everything wrong that a journey
// sees goes into faults; the journey goes on where it can. seen holds the pages
// that were looked at, by any journey.
export class Town {
  constructor(browser, origin, out, seen) {
    Object.assign(this, { browser, origin, out, seen, faults: [], looks: 0 })
    mkdirSync(out, { recursive: true })
  }

  fault(what) { this.faults.push(what) }

  // visitor is somebody new at a browser of their own.
  async visitor(lang = 'ar', options = {}) {
    const context = await this.browser.newContext({ viewport: sizes[0], locale: lang === 'ar' ? 'ar-BH' : 'en-GB', timezoneId: 'Asia/Bahrain', reducedMotion: 'reduce', ...options })
    context.setDefaultTimeout(patience)
    const page = await context.newPage()
    const v = new Visitor(this, context, page, lang, options.javaScriptEnabled !== false)
    page.on('pageerror', e => this.fault(`script failed at ${v.path}: ${e.message}`))
    page.on('response', r => { if (r.status() >= 500) this.fault(`${r.status()} at ${new URL(r.url()).pathname}`) })
    page.on('request', r => { if (!r.url().startsWith(this.origin) && !/^(data|about|blob):/.test(r.url())) this.fault(`a page asks a foreign host: ${r.url()}`) })
    return v
  }

  // photo is a picture such as a telephone takes, of somebody before a wall.
  async photo(wall = '#fff') {
    const page = await this.browser.newPage({ viewport: { width: 413, height: 531 } })
    await page.setContent(`<body style="margin:0;background:${wall}"><svg width="413" height="531"><circle cx="206" cy="210" r="95" fill="#b98a66"/><path d="M60 531c0-120 60-190 146-190s146 70 146 190" fill="#3c5a78"/></svg>`)
    const buffer = await page.screenshot({ type: 'jpeg', quality: 80 })
    await page.close()
    return { name: 'photo صورة.jpg', mimeType: 'image/jpeg', buffer }
  }

  // person signs a sample person in: their place in the list of sample accounts is
  // found by what they are, and by their turn among those of the same kind, or by
  // their organisation's name.
  async person(kind, lang = 'ar', options = {}, turn = 0) {
    const v = await this.visitor(lang, options)
    await v.enterAs(kind, turn)
    return v
  }
}

// Visitor is one person at one browser.
export class Visitor {
  constructor(town, context, page, lang, scripts) {
    Object.assign(this, { town, context, page, lang, scripts, status: 0 })
  }

  get path() { return new URL(this.page.url()).pathname }
  get here() { return this.path.replace(/^\/(ar|en)(?=\/|$)/, '') || '/' }

  async go(path) {
    const r = await this.page.goto(`${this.town.origin}/${this.lang}${path}`, { waitUntil: 'load' })
    this.status = r.status()
    return this.status
  }

  async enterAs(kind, turn = 0, next = '') {
    if (!this.here.startsWith('/sign-in')) await this.go('/sign-in' + (next && '?next=' + encodeURIComponent(next)))
    const rows = this.page.locator('.sample-people li').filter({ has: this.page.locator(`strong:text-is("${kind}")`) })
    const row = typeof turn === 'string' ? rows.filter({ hasText: turn }).first() : rows.nth(turn)
    await this.leave(() => row.getByRole('button').click())
  }

  // leave does something that leads to another page, and waits for it.
  async leave(act) {
    await Promise.all([this.page.waitForEvent('load', { timeout: patience }), act()])
  }

  async press(name) { await this.leave(() => this.page.locator('main, form').getByRole('button', { name, exact: false }).first().click()) }
  async follow(name) { await this.leave(() => this.page.getByRole('link', { name, exact: false }).first().click()) }

  // fill gives answers by the names of the questions: text, a chosen value, true
  // for a box to tick, {name, mimeType, buffer} for a file. What is not asked now
  // is left alone. Returns how many it could give.
  async fill(answers) {
    let given = 0
    for (const [name, value] of Object.entries(answers)) {
      const field = this.page.locator(`main [name="${name}"]:not([type=hidden])`)
      if (!await field.count()) continue
      const first = field.first()
      const type = await first.getAttribute('type')
      if (type === 'radio' || type === 'checkbox') {
        const one = this.page.locator(`main [name="${name}"][value="${value}"]`)
        if (!await one.isVisible()) continue
        await one.check()
      } else if (!await first.isVisible()) continue
      else if (type === 'file') await first.setInputFiles(value)
      else if (await first.evaluate(e => e.tagName === 'SELECT')) await first.selectOption(value)
      else await first.fill(String(value))
      given++
    }
    return given
  }

  // answer gives answers and continues; where an answer brings up further
  // questions on the same page, those are answered too.
  async answer(answers, go = this.lang === 'ar' ? 'متابعة' : 'Continue') {
    const from = this.path
    for (let i = 0; i < 3 && this.path === from; i++) {
      await this.fill(answers)
      await this.press(go)
    }
    if (this.path === from) throw new Error(`the questions at ${from} were not accepted: ${await this.text('main')}`)
  }

  async text(where) { return (await this.page.locator(where).first().innerText()).replace(/[\u2066-\u2069\u200e\u200f]/g, '') }

  async see(...words) {
    const text = await this.text('body')
    for (const w of words) if (!(w instanceof RegExp ? w.test(text) : text.includes(w))) throw new Error(`${this.path} does not say ${w}. It says: ${text.replace(/\s+/g, ' ').slice(0, 1500)}`)
    return this
  }

  // look examines the page as it stands, at both sizes, and then the same address
  // in the other language, unless the page is the answer to a form (twin: false).
  async look(name, { twin = true, headings = 1 } = {}) {
    if (!this.scripts) name += '-no-scripts'
    await this.examine(this.page, name, this.lang, headings)
    if (!twin || !this.path.startsWith(`/${this.lang}`)) return
    const other = this.lang === 'ar' ? 'en' : 'ar'
    if (this.town.seen.has(`${name} ${other}`)) return
    const page = await this.context.newPage()
    try {
      const url = this.page.url().replace(`/${this.lang}`, `/${other}`)
      const r = await page.goto(url, { waitUntil: 'load' })
      if (r.status() >= 400) this.town.fault(`${name}: ${r.status()} in the other language`)
      else await this.examine(page, name, other, headings)
    } finally { await page.close() }
  }

  async examine(page, name, lang, headings) {
    const { town } = this
    const fault = what => town.fault(`${name} (${lang}): ${what}`)
    if (town.seen.has(`${name} ${lang}`)) return
    town.seen.add(`${name} ${lang}`)
    await page.evaluate(() => document.fonts.ready)
    await this.words(page, lang, headings, fault)
    for (const size of sizes) {
      await page.setViewportSize(size)
      town.looks++
      await picture(page, join(town.out, `${name}-${lang}-${size.width}.jpg`))
      if (!this.scripts) continue
      for (const v of await violations(page)) fault(`axe ${v.id} at ${size.width} px: ${v.help}\n    ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + '  ' + (n.any[0]?.message ?? n.all[0]?.message ?? '')).join('\n    ')}`)
    }
    await page.setViewportSize({ width: narrowest, height: 700 })
    const wide = await page.evaluate(overflowing)
    if (wide) fault(`does not fit ${narrowest} px: ${wide}`)
    await page.setViewportSize(sizes[0])
    const weight = await page.evaluate(weigh)
    town.heaviest = Math.max(town.heaviest ?? 0, weight)
    if (weight > heaviest) fault(`weighs ${weight} bytes, more than ${heaviest}`)
  }

  // words checks what must hold of every page's text.
  async words(page, lang, headings, fault) {
    const p = await page.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir, title: document.title, h1: document.querySelectorAll('h1').length, text: document.body.innerText }))
    if (p.lang !== lang || p.dir !== (lang === 'ar' ? 'rtl' : 'ltr')) fault(`says it is ${p.lang} ${p.dir}`)
    if (!p.title.trim()) fault('has no title')
    if (p.h1 !== headings) fault(`has ${p.h1} headings of the first level`)
    const raw = p.text.match(/\b(ui|portal|desk|oversight|admin)\.[a-z]+[a-z.]*\b|<no value>|%!\w\(|\{\{|\bundefined\b|\bNaN\b/)
    if (raw) fault(`shows what people should not see: ${raw[0]}`)
    if (lang === 'ar' && !/[\u0600-\u06ff]/.test(p.title)) fault(`has a title that is not Arabic: ${p.title}`)
  }
}

// violations are what axe finds wrong on the page. It is carried in once, and run
// there: no page has frames.
async function violations(page) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe.source)
  return page.evaluate(async rules => {
    const found = await window.axe.run(document, { runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'], preload: false, elementRef: false })
    return found.violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 3).map(({ html, any, all }) => ({ html, any, all })) }))
  }, rules)
}

// overflowing names what is wider than the window, outside of boxes that scroll by themselves.
function overflowing() {
  const room = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= room) return ''
  const scrolls = e => { for (; e && e !== document.body; e = e.parentElement) if (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX)) return true; return false }
  const wide = [...document.body.querySelectorAll('*')].filter(e => { const b = e.getBoundingClientRect(); return (b.right > room + 1 || b.left < -1) && b.width && !scrolls(e.parentElement) })
  return wide.slice(-2).map(e => e.outerHTML.slice(0, 120)).join(' · ') || `${document.documentElement.scrollWidth} px`
}

// weigh counts the bytes of the page, its styles and its scripts as they travel.
// What a service worker gives out of its store travelled before.
function weigh() {
  const travelled = r => r && !r.workerStart ? r.encodedBodySize : 0
  const page = travelled(performance.getEntriesByType('navigation')[0])
  return page + performance.getEntriesByType('resource').filter(r => /\.(css|js)$/.test(new URL(r.name).pathname)).reduce((n, r) => n + travelled(r), 0)
}

// picture takes a picture of the whole page. A browser short of memory or time
// sometimes cannot, and says so: then it is asked again, a few times.
async function picture(page, path) {
  for (let left = 4; ; left--) {
    try {
      return await page.screenshot({ path, fullPage: true, type: 'jpeg', quality: 80 })
    } catch (e) {
      if (!left || !/Unable to capture screenshot/.test(String(e))) throw e
      await page.waitForTimeout(500)
    }
  }
}

// A guard at a door opens the verification page once. Then the network is cut, and
// the page still tells papers apart: valid, altered, revoked, expired, forged and
// another country's, from pictures as a telephone takes them.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { begin, certificate, document } from '../steps.mjs'

export default async town => {
  const parent = await town.person('ولي أمر طلبة')
  const valid = await issued(parent), revoked = await issued(parent)
  const [text, other] = [valid, revoked].map(p => execFileSync('zbarimg', ['--quiet', '--raw', '-'], { input: p.code, stdio: ['pipe', 'pipe', 'ignore'] }).toString().trim())
  assert.ok(text.length < 740, `the code says ${text.length} characters`)
  assert.equal((await parent.context.request.get(parent.page.url() + '/seal')).headers()['content-type'], 'application/cose; cose-type="cose-sign1"')
  await ended(town, revoked.id)
  await listed(parent)

  for (const lang of ['ar', 'en']) {
    const passer = await town.visitor(lang)
    await passer.go(text.slice(text.indexOf('/V/'))) // as a telephone's camera opens it, with a network
    await passer.page.locator('[data-verify-result][data-state=valid]').waitFor()
    await passer.see(lang === 'ar' ? 'وأكّد الخادم حالتها الآن' : 'The server says just now')
    await passer.look('offline-opened', { twin: false })
    await passer.context.close()
    const guard = await town.visitor(lang)
    await guard.go('/verify')
    await ready(guard)
    await guard.look('offline-ready', { twin: false })
    await cut(guard)
    await shows(town, guard, 'valid', valid.code, lang === 'ar' ? ['سارية', 'وزارة التربية والتعليم', 'اسم الطالب'] : ['Valid', 'Ministry of Education'])
    await guard.look('offline-valid', { twin: false })
    await shows(town, guard, 'revoked', drawn(other), lang === 'ar' ? ['ملغاة'] : ['Revoked'])
    await guard.look('offline-revoked', { twin: false })
    await shows(town, guard, 'altered', drawn(changed(text, b => { b[b.length - 9] ^= 1 })), [])
    await guard.look('offline-altered', { twin: false })
    await shows(town, guard, 'unknown', drawn(changed(text, b => nobodys(aged(b)))), [])
    await shows(town, guard, 'unsure', drawn(changed(text, b => nobodys(aged(b, -1)))), lang === 'ar' ? ['أحدث من قائمة الثقة'] : ['newer than the trust list'])
    await shows(town, guard, 'foreign', drawn('HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%NFQGRJPC%OQHIZC4.OI'), [])
    await shows(town, guard, 'foreign', drawn(changed(text, nobodys).replace(/^HTTPS?:..[^/]+/, 'HTTPS://VERIFY.GOUV.EXAMPLE')), [])
    await shows(town, guard, 'nothing', drawn('WIFI:S:cafe;T:WPA;P:secret;;'), [])
    await shows(town, guard, 'noqr', (await town.photo()).buffer, [])
    await guard.look('offline-none', { twin: false })
    await opened(guard, text)
    await later(town, guard, valid.code)
    await guard.context.close()
  }
}

// issued applies for a certificate and returns its id and the code on its page.
async function issued(v) {
  const id = await begin(v, certificate, 1)
  await v.answer({})
  await v.answer({ purpose: 'bank', language: 'both', delivery: 'electronic', truth: 'true' })
  await v.press('قدّم الطلب')
  await document(v, id)
  const src = await v.page.locator('.qr img').first().getAttribute('src')
  return { id: v.here.split('/')[2], code: Buffer.from(src.split(',')[1], 'base64') }
}

// ended lets an officer of the ministry revoke a document.
async function ended(town, id) {
  const officer = await town.person('موظف خدمة', 'ar', {}, 'وزارة التربية والتعليم')
  await officer.go(`/desk/documents/${id}/revoke`)
  await officer.fill({ reason: 'صدرت باسم مدرسة أخرى خطأً.' })
  await officer.press('إبطال الوثيقة')
  await officer.context.close()
}

// listed waits until the trust list knows of the ministry's key and what it issued.
async function listed(v) {
  for (let n = 0; n < 60; n++) {
    const list = await (await v.context.request.get(v.town.origin + '/.well-known/diwan-trust-list')).text()
    if (JSON.parse(Buffer.from(list.split('.')[1] ?? '', 'base64url').toString() || '{}').types?.some(t => t.id === certificate.slice(1) + '#certificate')) return
    await v.page.waitForTimeout(1000)
  }
  throw new Error('the trust list does not know of the certificate')
}

const ready = v => v.page.locator('[data-verify-ready][data-ready=yes]').waitFor()

// cut takes the network away, from the page and from what answers for it.
async function cut(v) {
  await v.context.setOffline(true)
  assert.equal(await v.page.evaluate(() => fetch('/healthz').then(() => 'there', () => 'away')), 'away')
}

// shows gives the page a picture and waits for its answer.
async function shows(town, v, state, code, words) {
  const result = v.page.locator('[data-verify-result]')
  await result.evaluate(e => { delete e.dataset.state })
  await v.page.locator('[data-verify-file]').setInputFiles({ name: 'picture.jpg', mimeType: 'image/jpeg', buffer: await photographed(town, code) })
  await v.page.locator('[data-verify-result][data-state]').waitFor()
  assert.equal(await result.getAttribute('data-state'), state, await result.innerText())
  await v.see(...words)
}

// photographed is a picture of a code as it lies before a telephone: turned, aslant, in uneven light.
async function photographed(town, png) {
  const page = await town.browser.newPage({ viewport: { width: 1000, height: 1000 } })
  await page.setContent(`<body style="margin:0;background:linear-gradient(120deg,#8d857a,#5d574f);perspective:1500px"><img style="position:absolute;inset:160px;width:680px;transform:rotateX(14deg) rotateY(-9deg) rotateZ(7deg);filter:blur(.6px) brightness(.86) sepia(.2)" src="data:image/png;base64,${png.toString('base64')}">`)
  const out = await page.screenshot({ type: 'jpeg', quality: 82 })
  await page.close()
  return out
}

// opened goes to the address of a code, as a telephone's own camera does, without a network.
async function opened(v, text) {
  await v.page.goto(v.town.origin + text.slice(text.indexOf('/V/')))
  await v.page.locator('[data-verify-result][data-state]').waitFor()
  assert.equal(await v.page.locator('[data-verify-result]').getAttribute('data-state'), 'valid')
  assert.ok(!v.page.url().includes('#'), 'what the seal says stays in the address')
}

// later sets the device's clock: after the end of the document, and before its issue.
async function later(town, v, code) {
  const now = Date.now()
  await v.page.clock.setFixedTime(now + 3 * 366 * 864e5)
  await shows(town, v, 'expired', code, [])
  await v.page.clock.setFixedTime(now - 2 * 864e5)
  await shows(town, v, 'unsure', code, [])
}

const drawn = text => execFileSync('qrencode', ['-o', '-', '-l', 'M', '-s', '6', text])

// nobodys lets the seal name a key that nobody has.
const nobodys = b => { b[b.indexOf(Buffer.from('moe-')) + 6] ^= 1 }

// aged lets the seal say that it was issued so many days earlier (claim 6 of a CWT).
function aged(b, days = 400) {
  const at = b.indexOf(Buffer.from([6, 0x1a])) + 2
  assert.ok(at > 1, 'the seal says when it was issued')
  b.writeUInt32BE(b.readUInt32BE(at) - days * 86400, at)
  return b
}

// changed is the text of a code with its seal changed.
const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
function changed(text, change) {
  const [address, seal] = text.split('#'), digits = [...decodeURIComponent(seal)].map(c => letters.indexOf(c)), bytes = []
  for (let n = 0; n < digits.length; n += 3) {
    const [a, b, c = 0] = digits.slice(n, n + 3), value = a + b * 45 + c * 2025
    if (n + 2 < digits.length) bytes.push(value >> 8)
    bytes.push(value & 255)
  }
  const b = Buffer.from(bytes)
  change(b)
  let out = ''
  for (let n = 0; n < b.length; n += 2) {
    const value = n + 1 < b.length ? b.readUInt16BE(n) : b[n]
    out += letters[value % 45] + letters[Math.floor(value / 45) % 45] + (n + 1 < b.length ? letters[Math.floor(value / 2025)] : '')
  }
  return address + '#' + out.replace(/[ %]/g, c => c === ' ' ? '%20' : '%25')
}

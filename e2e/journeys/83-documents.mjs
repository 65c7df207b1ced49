// A resident's shelf of documents: reading one, sharing a part of it for an hour,
// seeing who looked and stopping, a correction, a statement for readers abroad, all
// as one archive. Then the way from paper: the committee's page, a type with its
// life, a register of old papers that has errors and one that has none, and a paper
// that anybody checks.
import assert from 'node:assert/strict'
import { applyForCard, decide, pay } from '../steps.mjs'

export default async town => {
  const v = await town.person('مواطن أو مقيم')
  const id = await applyForCard(v)
  await pay(v)
  await decide(await town.person('موظف خدمة'), id, 'approve')
  await v.go('/documents')
  await v.see('وثائقي أنا')
  await v.look('shelf')
  await v.leave(() => v.page.locator('main .tasks a').first().click())
  const at = v.path.replace(/^\/ar/, '')
  await v.see('اقرأها هنا', 'فيها خطأ؟')
  await v.go(at + '/view')
  await v.look('document-sheet', { headings: 1 })
  await share(town, v, at)
  await abroad(town, v, at)
  await archive(v)
  await v.go(at)
  await v.page.locator('#wrong > summary').click()
  await v.page.locator('#claim').selectOption({ index: 1 })
  await v.press('ابدأ طلب التصحيح')
  assert.match(v.path, /\/apply\/record$/)
  await v.look('document-correction')
  await papers(town)
}

async function share(town, v, at) {
  await v.go(at)
  await v.page.locator('#share > summary').click()
  await v.page.locator('main [name="claims"]').first().check()
  await v.fill({ time: '1h', to: 'البنك' })
  await v.press('أنشئ الرابط')
  await v.see('البنك', 'لم يفتحها أحد')
  const link = (await v.page.locator('.share-url').first().innerText()).replace(/[\u2066-\u2069]/g, '').trim()
  const other = await town.visitor()
  await other.go(new URL(link).pathname)
  await other.see('اختار صاحب الوثيقة')
  await other.look('document-shared')
  await v.go(at)
  await v.page.locator('.share details summary').first().click()
  await v.see('زائر لم يسجّل الدخول')
  await v.look('document-shares')
  await v.press('أوقفها الآن')
  assert.equal(await other.go(new URL(link).pathname), 404)
  await other.context.close()
}

async function abroad(town, v, at) {
  const form = await v.page.locator('form[action$="/abroad"]').getAttribute('action')
  assert.ok(form.endsWith(at + '/abroad'))
  const r = await v.context.request.post(new URL(form, town.origin).href, { headers: { origin: town.origin }, form: {} })
  const number = new URL(r.url()).pathname.split('/').pop()
  assert.equal((await r.body()).subarray(0, 5).toString(), '%PDF-')
  const other = await town.visitor()
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Bahrain' }).format(new Date())
  await other.go('/e-register?number=' + number + '&date=' + today)
  await other.see('STATEMENT OF ORIGIN', 'NOT an Apostille', number)
  await other.look('e-register')
  assert.equal(await other.go('/e-register?number=' + number + '&date=2020-01-01'), 404)
  await other.context.close()
}

// archive takes everything home.
async function archive(v) {
  const r = await v.context.request.get(v.town.origin + '/ar/documents/all.zip')
  const body = await r.body()
  assert.equal(body.subarray(0, 2).toString(), 'PK')
  assert.ok(body.includes(Buffer.from('index.html')) && body.includes(Buffer.from('keys.json')))
}

async function papers(town) {
  const lead = await town.person('فريق الجهة القائدة')
  await lead.go('/document-types')
  await lead.look('papers-progress')
  await lead.go('/document-types/list?force=missing')
  await lead.look('papers-list')
  await lead.go('/document-types/of/moe')
  await lead.look('papers-entity')
  const head = await town.person('رئيس الجهة')
  await head.go('/document-types')
  await head.leave(() => head.page.locator('main .table a').first().click())
  const type = head.path.split('/').pop()
  await head.look('papers-type')
  await head.go('/document-types/archive?type=' + type)
  await head.look('papers-archive')
  await bring(head, 'number,date,holder\n17,1998-13-01,x\n18,1998-01-01,y\n')
  await head.see('خطأ', '1998-03-17')
  await head.look('papers-faults', { twin: false })
  await bring(head, 'number,date,holder\n17,1998-03-17,ليلى حسن\n')
  await head.see('أُدخلت وثيقة واحدة')
  const v = await town.visitor()
  await v.go('/verify/paper?type=' + type)
  await v.look('papers-check')
  await v.fill({ number: '١٧', date: '17/3/1998', holder: 'ليلي حسن' })
  await v.press('قارن بالسجل')
  await v.see('في السجل', '1998', 'صاحب الوثيقة كما ذكرت')
  await v.look('papers-checked', { twin: false })
  await v.fill({ number: '18' })
  await v.press('قارن بالسجل')
  await v.see('ليست في السجل')
}

async function bring(v, text) {
  await v.page.locator('#file').setInputFiles({ name: 'register.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await v.press('افحصه وأدخله')
}

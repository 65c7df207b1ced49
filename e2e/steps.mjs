// Steps that several journeys take. A page is looked at the first time it is met.
import assert from 'node:assert/strict'

export const card = '/identity-card/renewal'
export const certificate = '/education/enrolment-certificate'
export const claim = '/justice/small-claim'

// inDays is a day from now, in the parts in which forms ask for it.
export function inDays(name, days) {
  const d = new Date(Date.now() + days * 864e5)
  return { [name + '.day']: d.getDate(), [name + '.month']: d.getMonth() + 1, [name + '.year']: d.getFullYear() }
}

// begin opens a service's start page and begins an application; for says whom it is
// for, as its position in the list. The case's id is returned.
export async function begin(v, service, whom = 0) {
  await v.go('/apply' + service)
  await v.look('start' + service.replaceAll('/', '-'))
  const choice = v.page.locator('main [name="for"]')
  if (await choice.count() > whom) await choice.nth(whom).check()
  await v.press('ابدأ')
  return v.here.split('/')[2]
}

// applyForCard fills the renewal of an identity card whole and sends it.
export async function applyForCard(v, changes = {}) {
  const id = await begin(v, card)
  await v.look('card-reason')
  await v.answer({ reason: 'damaged', ...changes })
  await v.look('card-photo')
  await v.answer({ photo: changes.photo ?? await v.town.photo() })
  await v.see('سجل السكان') // the address comes from there and is not typed
  await v.look('card-contact')
  await v.answer({ phone: '33123456', delivery: 'pickup', centre: 'isa', truth: 'true', ...changes })
  await v.see('راجع إجاباتك', 'photo صورة.jpg', '2.000')
  await v.look('card-check')
  await v.press('قدّم الطلب')
  await v.see('وصل طلبك')
  await v.look('card-sent')
  return id
}

// pay goes from where a case says that something is owed, through the bank, to the receipt.
export async function pay(v) {
  await v.follow('ادفع الآن')
  await v.look('pay')
  await v.press('انتقل إلى صفحة الدفع')
  assert.match(v.path, /^\/bank\//)
  await v.look('bank', { twin: false })
  await v.page.locator('#card').fill('4242 4242 4242 4242')
  await v.press('ادفع')
  for (let i = 0; i < 360 && !(await v.text('main')).includes('تم الدفع'); i++) {
    await v.page.waitForTimeout(250)
    await v.page.reload()
  }
  await v.see('تم الدفع')
  await v.look('paid')
  await v.follow('إيصال')
  await v.look('receipt')
}

// decide finds the task of a case at the desk and decides it.
export async function decide(officer, id, outcome, { reason, words, asks = {} } = {}) {
  await officer.go('/desk/cases/' + id)
  await officer.look('desk-case')
  await officer.leave(() => officer.page.locator('main a[href*="/desk/tasks/"]').last().click())
  await officer.look('desk-task')
  const claim = officer.page.getByRole('button', { name: 'استلام' })
  if (await claim.count()) await officer.leave(() => claim.first().click())
  await officer.fill({ ...asks, 'do.outcome': outcome })
  if (reason) await officer.fill({ ['do.reason.' + outcome]: reason })
  if (words) await officer.fill({ 'do.words': words })
  await officer.press('اعتماد القرار')
  await officer.look('desk-decided', { twin: false })
}

// eventually loads a page again until it says the words: what follows from a
// decision is done by the platform after it has answered.
export async function eventually(v, path, ...words) {
  for (const end = Date.now() + 60_000; ;) {
    await v.go(path)
    const text = await v.text('body')
    if (words.every(w => text.includes(w))) return v
    if (Date.now() > end) return v.see(...words)
    await v.page.waitForTimeout(250)
  }
}

// reference is what people call a case.
export async function reference(v, id) {
  await v.go('/cases/' + id)
  const ref = (await v.text('main')).match(/\b[A-Z]{2}-\d{2}-[0-9A-Z]{7}\b/)?.[0]
  assert.ok(ref, `${v.path} shows no reference`)
  return ref
}

// document opens what was issued in a case and downloads the paper; it returns the
// address at which anybody can verify it.
export async function document(v, id) {
  await v.go('/cases/' + id)
  await v.look('case-granted')
  await v.follow('افتح:')
  await v.look('document')
  const r = await v.context.request.get(v.page.url() + '/pdf')
  const body = await r.body()
  assert.equal(r.status(), 200)
  assert.equal(body.subarray(0, 5).toString(), '%PDF-')
  assert.ok(body.length > 10_000 && body.length < 400_000, `the PDF has ${body.length} bytes`)
  const link = await v.page.locator('main a[href*="/v/"]').first().getAttribute('href')
  return new URL(link, v.town.origin).pathname.replace(/^\/(ar|en)/, '')
}

// verify lets a stranger read what a document's address says.
export async function verify(town, path) {
  const v = await town.visitor()
  assert.equal(await v.go(path), 200)
  await v.see('صالحة', 'Valid')
  await v.look('verify-valid')
  await v.context.close()
}

// closed is how many cases of a service the committee sees as closed this month.
export async function closed(town, service) {
  const v = await town.person('عضو لجنة المتابعة')
  await v.go('/oversight?service=' + encodeURIComponent(service.slice(1)))
  const n = await v.page.locator('.figure', { hasText: 'أُنجزت' }).first().locator('.figure-value').innerText()
  await v.context.close()
  return Number(n.replace(/[^\d]/g, ''))
}

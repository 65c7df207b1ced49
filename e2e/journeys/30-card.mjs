// The main job: a resident renews the identity card and pays, an officer decides,
// a certificate is issued, a stranger verifies it, and the oversight figure moves.
import assert from 'node:assert/strict'

export const service = '/identity-card/renewal'

export default async town => {
  const before = await completed(town)
  const resident = await town.person('مواطن أو مقيم')
  await find(resident)
  const id = await apply(resident, town)
  await resident.look('card-sent')
  await pay(resident, town)
  await officerDecides(await town.person('موظف خدمة'), id, 'approve', 'card-review')
  const verify = await collect(resident, id)
  await stranger(town, verify)
  const after = await completed(town)
  assert.equal(after, before + 1, 'the committee sees one completed case more')
}

async function find(v) {
  await v.go('/')
  await v.fill({ q: 'تجديد بطاقه' })
  await v.leave(() => v.page.keyboard.press('Enter'))
  await v.leave(() => v.page.locator(`main a[href$="/services${service}"]`).first().click())
  await v.see('تجديد بطاقة الهوية', '2.000')
  await v.follow('ابدأ الطلب')
}

// apply fills the whole form and sends it; the case's id is returned.
export async function apply(v, town, answers = {}) {
  const looks = town.seen.has('card-start ar') ? () => {} : name => v.look(name)
  await looks('card-start')
  await v.page.locator('main form').first().waitFor()
  await v.fill({ for: 'me' })
  await v.press('ابدأ')
  const id = v.here.split('/')[2]
  const soon = new Date(Date.now() + 40 * 864e5)
  await looks('card-reason')
  await v.answer({ reason: 'expired', 'expires_on.day': soon.getDate(), 'expires_on.month': soon.getMonth() + 1, 'expires_on.year': soon.getFullYear(), ...answers })
  await looks('card-photo')
  await v.answer({ photo: answers.photo ?? await town.photo() })
  await looks('card-contact')
  await v.answer({ 'address.building': '12', 'address.road': '2803', 'address.block': '328', phone: '33123456', delivery: 'pickup', centre: 'isa', truth: 'true' })
  await v.see('راجع إجاباتك', 'photo صورة.jpg', '2.000')
  await looks('card-check')
  await v.press('قدّم الطلب')
  await v.see('وصل طلبك')
  return id
}

// pay goes from where a case says that something is owed, through the bank, to the receipt.
export async function pay(v, town) {
  await v.follow('ادفع الآن')
  await v.look('card-pay')
  await v.press('انتقل إلى صفحة الدفع')
  assert.match(v.path, /^\/bank\//)
  await v.look('bank', { twin: false })
  await v.page.locator('#card').fill('4242 4242 4242 4242')
  await v.press('ادفع')
  for (let i = 0; i < 20 && !(await v.text('main')).includes('تم الدفع'); i++) {
    await new Promise(r => setTimeout(r, 250))
    await v.page.reload()
  }
  await v.see('تم الدفع')
  await v.look('card-paid')
  await v.follow('إيصال')
  await v.look('card-receipt')
}

// officerDecides finds the task of a case in the queue and decides it.
export async function officerDecides(v, id, outcome, name, { reason, words } = {}) {
  await v.go('/desk')
  await v.look('desk-queue')
  await v.go('/desk/cases/' + id)
  await v.look('desk-case')
  await v.leave(() => v.page.locator('main a[href*="/desk/tasks/"]').first().click())
  const claim = v.page.getByRole('button', { name: 'استلام' })
  if (await claim.count()) await v.leave(() => claim.first().click())
  await v.look(name)
  await v.page.locator(`main [name="outcome"][value="${outcome}"]`).check()
  if (reason) await v.page.locator(`main [name="reason"][value="${reason}"], main [name="reason.${outcome}"][value="${reason}"]`).first().check()
  if (words) await v.fill({ words })
  await v.press('اعتماد القرار')
}

// collect opens the issued document, downloads the PDF, and returns the address at
// which anybody can verify it.
export async function collect(v, id) {
  await v.go('/cases/' + id)
  await v.look('card-case-granted')
  await v.follow('افتح:')
  await v.look('document')
  const pdf = await v.page.locator('main a[href$="/pdf"], main a[href*=".pdf"]').first().getAttribute('href')
  const r = await v.context.request.get(v.town.origin + pdf)
  const body = await r.body()
  assert.equal(r.status(), 200)
  assert.equal(body.subarray(0, 5).toString(), '%PDF-')
  assert.ok(body.length > 10_000 && body.length < 400_000, `the PDF has ${body.length} bytes`)
  const link = await v.page.locator('main a[href*="/v/"]').first().getAttribute('href')
  await v.go('/cases')
  await v.look('cases')
  await v.go('/documents')
  await v.look('documents')
  return new URL(link, v.town.origin).pathname.replace(/^\/(ar|en)/, '')
}

async function stranger(town, path) {
  const v = await town.visitor()
  assert.equal(await v.go(path), 200)
  await v.see(/صالحة|صحيحة|سارية/)
  await v.look('verify-valid')
}

// completed is how many cases of the service the committee sees as completed.
export async function completed(town) {
  const v = await town.person('عضو لجنة المتابعة')
  await v.go('/oversight/services' + service)
  const n = await v.page.locator('[data-figure="completed"]').first().innerText()
  await v.context.close()
  return Number(n.replace(/[^\d]/g, ''))
}

// The main job: a resident finds the service, renews the identity card and pays, an
// officer decides, a certificate is issued, a stranger verifies it, and the
// oversight figure moves.
import assert from 'node:assert/strict'
import { applyForCard, card, closed, decide, document, pay, verify } from '../steps.mjs'

export default async town => {
  const before = await closed(town, card)
  const resident = await town.person('مواطن أو مقيم')
  await find(resident)
  const id = await applyForCard(resident)
  await pay(resident)
  await resident.go('/cases/' + id)
  await resident.see('مراجعة الصورة والطلب')
  await resident.look('case-open')
  const officer = await town.person('موظف خدمة')
  await officer.go('/desk')
  await officer.look('desk-queue')
  await decide(officer, id, 'approve')
  await verify(town, await document(resident, id))
  await around(resident)
  assert.equal(await closed(town, card), before + 1, 'the committee sees one more closed case')
}

async function find(v) {
  await v.go('/')
  await v.fill({ q: 'تجديد بطاقه' })
  await v.leave(() => v.page.keyboard.press('Enter'))
  await v.leave(() => v.page.locator(`main a[href$="/services${card}"]`).first().click())
  await v.see('تجديد بطاقة الهوية', '2.000')
  await v.follow('ابدأ الطلب')
}

// around looks at what a resident has.
async function around(v) {
  for (const name of ['cases', 'documents', 'inbox', 'account']) {
    await v.go('/' + name)
    await v.look(name)
  }
  await v.go('/account/looks')
  await v.see('هيئة المعلومات') // the officer's look is in the resident's own log
  await v.look('looks')
  await v.go('/inbox')
  await v.leave(() => v.page.locator('main a[href*="/inbox/"]').first().click())
  await v.look('message')
}

// A documented service becomes one that runs: its owner drafts the pack from the
// catalogue and publishes it, a resident applies and pays, an officer decides,
// the resident reads the letter and a stranger verifies it.
import assert from 'node:assert/strict'
import { begin, decide, document, pay } from '../steps.mjs'

const service = '/identity/birth-certificate'

export default async town => {
  await drafted(town)
  const resident = await town.person('مواطن أو مقيم')
  const id = await applied(town, resident)
  await pay(resident)
  await decide(await town.person('موظف خدمة'), id, 'approve')
  const stranger = await town.visitor()
  assert.equal(await stranger.go(await document(resident, id)), 200)
  await stranger.see('سارية', 'خطاب قرار', 'هيئة المعلومات') // a letter has no last day
  await stranger.look('draft-verify')
}

async function drafted(town) {
  const owner = await town.person('مسؤول الخدمات')
  await owner.go('/admin/packs')
  await owner.follow('من دليل الخدمات')
  await owner.look('admin-documented')
  await owner.fill({ q: 'شهاده ميلاد' }) // spelt as people do
  await owner.leave(() => owner.page.keyboard.press('Enter'))
  await owner.see('إصدار شهادة ميلاد')
  await owner.leave(() => owner.page.locator(`main a[href*="${service}/draft"]`).first().click())
  await owner.see('أُعدّت هذه الملفات من دليل الخدمات', 'الملفات سليمة')
  await owner.look('admin-drafted')
  await owner.press('انشر الإصدار 1')
  await owner.see('إصدار شهادة ميلاد')
  await owner.look('admin-drafted-pack')
}

async function applied(town, resident) {
  const id = await begin(resident, service)
  await resident.look('draft-applicant')
  await resident.answer({ phone: '33123456' })
  await resident.look('draft-request')
  await resident.answer({ request: 'نسخة من شهادة ميلاد ابنتي' })
  await resident.look('draft-evidence')
  const paper = await town.photo()
  await resident.answer({ doc_hospital_birth_notice: paper, doc_parents_marriage_contract: paper })
  await resident.look('draft-declare')
  await resident.answer({ truth: 'true' })
  await resident.see('راجع إجاباتك', '1.000')
  await resident.look('draft-check')
  await resident.press('قدّم الطلب')
  await resident.see('وصل طلبك')
  return id
}

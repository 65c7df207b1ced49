// A document is wrong: its holder says so, the officer who gets the case sees which
// document it is about, replaces it from there with a reason, and the holder finds
// the corrected one.
import assert from 'node:assert/strict'
import { applyForCard, decide, pay } from '../steps.mjs'

export default async town => {
  const v = await town.person('مواطن أو مقيم')
  const id = await applyForCard(v)
  await pay(v)
  const officer = await town.person('موظف خدمة')
  await decide(officer, id, 'approve')
  await v.go('/cases/' + id)
  await v.follow('افتح:')
  const at = v.here
  const fold = v.page.locator('details#wrong > summary')
  if (await fold.count()) await fold.click()
  await v.page.locator('#claim').selectOption('name_en')
  await v.press('ابدأ طلب التصحيح')
  const wrong = v.here.split('/')[2]
  await v.answer({})
  await v.answer({ correct_value: 'Mariam Corrected', explanation: 'كُتب الاسم بالإنجليزية خطأ', truth: 'true' })
  await v.press('قدّم الطلب')
  await v.go('/cases/' + wrong)
  await v.see('الوثيقة التي اعترضت على بيان فيها')
  await v.look('disputed')

  await officer.go('/desk/cases/' + wrong)
  await officer.see('الوثيقة المعترض على بيان فيها')
  await officer.look('desk-disputed')
  await officer.follow('استبدال بنسخة مصححة')
  await prove(officer)
  await officer.see('البيان المعترض عليه')
  await officer.look('desk-replace')
  await officer.fill({ name_en: 'Mariam Corrected' })
  await officer.press('إصدار الوثيقة المصححة') // without a reason
  await officer.see('يرجى تصحيح ما يلي')
  await officer.look('desk-replace-wrong', { twin: false })
  await officer.fill({ reason: 'خطأ في كتابة الاسم' })
  await officer.press('إصدار الوثيقة المصححة')
  assert.equal(officer.here, '/desk/cases/' + wrong)
  await officer.see('حلّت محلها الوثيقة')
  await officer.look('desk-corrected')

  await v.go('/cases/' + wrong)
  await v.see('صدرت لك وثيقة مصححة')
  await v.look('disputed-corrected')
  await v.leave(() => v.page.locator('#disputed a[href*="/documents/"]').last().click())
  assert.notEqual(v.here, at)
  await v.see('Mariam Corrected')
  await v.go(at)
  await v.see('استُبدلت')
  await v.go('/inbox')
  await v.see('صدرت لك وثيقة مصححة')
}

// prove shows anew who somebody is, where a step asks for it.
async function prove(v) {
  const link = v.page.getByRole('link', { name: 'أكّد هويتي' })
  if (!await link.count()) return
  await v.leave(() => link.click())
  await v.press('أكّد')
}

// Registries: an officer of the keeper looks a record up and says why; its person
// sees the look; a supervisor corrects the record and the person sees that too.
import assert from 'node:assert/strict'

const purpose = 'مراجعة طلب تجديد بطاقة'

export default async town => {
  const parent = await town.person('ولي أمر طلبة')
  await parent.go('/account/data')
  const civil = (await parent.text('main')).match(/\b\d{9}\b/)[0]

  const officer = await town.person('موظف خدمة')
  assert.equal(await officer.go('/registries'), 200)
  await officer.see('سجلات جهتك', 'سجل السكان', 'سجل المخالفات المرورية')
  await officer.look('registries')
  assert.equal(await officer.go('/registries/fine'), 200)
  assert(!(await officer.text('main')).includes('الاطلاع على قيد'), 'an officer of another organisation is offered to look')
  await officer.go('/registries/population')
  await officer.see('ما يحفظه السجل', 'قواعد السجل')
  await officer.look('registry')

  await officer.fill({ key: civil })
  await officer.press('عرض القيد')
  await officer.see('اكتب سبب الاطلاع')
  await officer.look('registry-no-purpose', { twin: false })
  await officer.fill({ key: civil, purpose })
  await officer.press('عرض القيد')
  await officer.see(civil, 'بداية السجل', purpose)
  assert(!officer.page.url().includes(civil), 'a civil number stands in an address')
  await officer.look('registry-record', { twin: false })
  await officer.page.locator('#f-at').fill('2020-01-01')
  await officer.press('اعرض')
  await officer.see('لا يوجد سجل بهذا المفتاح')

  const words = (await parent.text('main')).match(/الاسم بالعربية\s+(\S+)/)
  await officer.go('/registries/population')
  await officer.page.locator('summary').filter({ hasText: 'البحث حسب الاسم بالعربية' }).click()
  const form = officer.page.locator('form', { has: officer.page.locator('[name=name_ar_a]') })
  await form.locator('[name=name_ar_a]').fill(words?.[1] ?? 'مريم')
  await form.locator('[name="birth_a.day"]').fill('1')
  await form.locator('[name="birth_a.month"]').fill('1')
  await form.locator('[name="birth_a.year"]').fill('1901')
  await form.locator('[name=purpose_a]').fill(purpose)
  await officer.leave(() => form.getByRole('button').click())
  await officer.see('لا قيد بهذه البيانات')
  await officer.look('registry-search', { twin: false })
  assert.equal(await officer.go('/registries/vocabulary'), 403)
  await officer.context.close()

  await parent.go('/account/looks')
  await parent.see(purpose)

  const supervisor = await town.person('مشرف')
  await supervisor.go('/registries/population')
  await supervisor.fill({ key: civil, purpose: 'اعتراض على حالة اجتماعية' })
  await supervisor.press('عرض القيد')
  await supervisor.follow('تصحيح القيد')
  if (supervisor.here === '/confirm-identity') await supervisor.leave(() => supervisor.page.locator('form:has([value=direct])').getByRole('button').click())
  await supervisor.see('سبب التصحيح')
  await supervisor.look('registry-correct')
  await supervisor.fill({ marital_status: 'widowed' })
  await supervisor.press('سجّل التصحيح')
  await supervisor.see('عشرة أحرف على الأقل')
  await supervisor.look('registry-correct-wrong', { twin: false })
  await supervisor.fill({ marital_status: 'widowed', _reason: 'تبين من شهادة الوفاة المرفقة' })
  await supervisor.press('سجّل التصحيح')
  await supervisor.see('سُجّل التصحيح.')
  await supervisor.fill({ key: civil, purpose: 'التأكد من التصحيح' })
  await supervisor.press('عرض القيد')
  await supervisor.see('بتصحيح من الجهة', 'تبين من شهادة الوفاة المرفقة', 'أرمل')
  await supervisor.look('registry-corrected', { twin: false })
  await supervisor.context.close()

  await parent.go('/account/data')
  await parent.see('أرمل')

  const owner = await town.person('مسؤول الخدمات')
  assert.equal(await owner.go('/registries/vocabulary'), 200)
  await owner.see('person.birth', 'سجل السكان')
  await owner.look('vocabulary')
}

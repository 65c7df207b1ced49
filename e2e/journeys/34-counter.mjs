// An officer applies with somebody who stands at the counter and takes the fee
// there; a supervisor pays part of it back; the person sees it all at home.
import assert from 'node:assert/strict'
import { card } from '../steps.mjs'

export default async town => {
  const person = await town.person('رئيس الجهة')
  await person.go('/account')
  const number = (await person.text('main')).match(/\b\d{9}\b/)?.[0]
  assert.ok(number, 'the account shows its civil number')
  const officer = await town.person('موظف خدمة')
  const id = await applyAtCounter(officer, number)
  await takeFee(officer)
  await payBack(await town.person('مشرف'), id)
  await person.go('/cases/' + id)
  await person.see('أُعيد جزء منها')
  await person.look('case-refunded')
}

async function applyAtCounter(v, number) {
  await v.go('/desk/counter')
  await v.fill({ words: number })
  await v.press('بحث')
  await v.look('counter-found', { twin: false })
  await v.page.locator('main [name="person"]').first().check()
  await v.fill({ presence: 'identity-card', service: card.slice(1) })
  await v.press('بدء الطلب')
  const id = v.here.match(/cases\/([^/]+)/)[1]
  await v.look('counter-fill')
  const go = 'متابعة'
  await v.answer({ reason: 'damaged' }, go)
  await v.answer({ photo: await v.town.photo() }, go)
  await v.answer({ phone: '33123456', delivery: 'post', truth: 'true' }, go)
  await v.look('counter-check')
  await v.press('تقديم الطلب')
  await v.see('قُدّم الطلب', '3.500')
  await v.look('counter-sent')
  return id
}

async function takeFee(v) {
  await v.fill({ slip: 'T-20417' })
  await v.press('تسجيل السداد')
  await v.see('مسدَّدة')
  await v.look('counter-paid')
}

async function payBack(v, id) {
  await v.go('/desk/cases/' + id)
  await v.leave(() => v.page.locator('main a[href$="/refund"]').first().click())
  await v.look('refund')
  await v.fill({ amount: '1.500', reason: 'أُلغي التوصيل بالبريد بطلب صاحب الطلب' })
  await v.press('رد المبلغ')
  await v.see('1.500')
}

// A resident sees what is held of them and who looked, asks about a line; the
// entity answers, the auditor sees it, and sees unusual reading besides.
import assert from 'node:assert/strict'
import { applyForCard, pay, begin } from '../steps.mjs'

export default async town => {
  const resident = await town.person('مواطن أو مقيم')
  const id = await applyForCard(resident)
  await pay(resident)
  const officer = await town.person('موظف خدمة')
  await officer.go('/desk/cases/' + id)

  await resident.go('/account')
  await resident.follow('بياناتي')
  await resident.see('ما تحفظه عنك السجلات الرسمية', 'سجل السكان')
  await resident.look('my-data')
  await resident.go('/account/consents')
  await resident.look('consents')
  await resident.go('/account/looks')
  await resident.see('هيئة المعلومات والحكومة الإلكترونية', 'لخدمة: تجديد بطاقة الهوية', 'اسأل عن هذا')
  await resident.look('looks')

  const question = await ask(resident)
  await answer(officer, question)
  await resident.go('/cases/' + question)
  await resident.look('question-answered')
  await auditor(town, question)
  await resident.go('/cases/' + question)
  await resident.see('أُجيب عن سؤالك')

  const other = await town.person('ولي أمر طلبة')
  await other.go('/account/data')
  await other.look('my-data-parent', { twin: false })
  assert.equal(await other.go('/cases/' + question), 404, 'a question exists for somebody else')
  assert.equal(await officer.go('/admin/unusual'), 403, 'an officer sees unusual reading')
}

// ask begins a question from the newest line of the log.
async function ask(v) {
  await v.leave(() => v.page.getByRole('button', { name: /اسأل عن هذا/ }).first().click())
  const id = v.here.split('/')[2]
  await v.look('question-look')
  await v.answer({})
  await v.answer({ wish: 'question', words: 'لماذا فُتح طلبي قبل موعده؟ وما الذي اطُّلع عليه فيه؟' })
  await v.look('question-check')
  await v.press('قدّم الطلب')
  await v.see('وصل طلبك')
  return id
}

async function answer(v, id) {
  await v.go('/desk/cases/' + id)
  await v.leave(() => v.page.locator('main a[href*="/desk/tasks/"]').first().click())
  await v.look('question-task')
  const claim = v.page.getByRole('button', { name: 'استلام' })
  if (await claim.count()) await v.leave(() => claim.first().click())
  await v.fill({ 'do.outcome': 'justified', explanation: 'فتح موظف البطاقات طلبك لمراجعة صورتك وعنوانك قبل طباعة البطاقة.' })
  await v.press('اعتماد القرار')
}

async function auditor(town, id) {
  const v = await town.person('مدقق')
  await v.go('/admin')
  await v.look('auditor-home')
  await v.go('/admin/questions')
  await v.look('questions')
  await v.leave(() => v.page.locator('main a[href*="/desk/tasks/"]').first().click())
  await v.see('فتح موظف البطاقات طلبك')
  await v.look('auditor-task')
  const claim = v.page.getByRole('button', { name: 'استلام' })
  if (await claim.count()) await v.leave(() => claim.first().click())
  await v.fill({ 'do.outcome': 'leave' })
  await v.press('اعتماد القرار')
  await v.go('/admin/unusual')
  await v.look('unusual')
  await v.leave(() => v.page.locator('main table a[href*="/findings/"]').first().click())
  await v.look('unusual-one')
  await v.go('/admin/unusual/watched')
  await v.look('watched')
  await v.go('/admin/delays')
  await v.look('delays')
}

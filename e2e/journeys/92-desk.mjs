// A day at the desk: two renewals refused with one decision, both appealed, one
// appeal allowed and one not; a renewal decided with the keyboard alone; a court
// sets the day of a hearing.
import assert from 'node:assert/strict'
import { applyForCard, begin, card, claim, closed, decide, eventually, inDays, pay, reference } from '../steps.mjs'

export default async town => {
  const before = await closed(town, card)
  const people = [await town.person('مواطن أو مقيم'), await town.person('ولي أمر طلبة')]
  const cases = []
  for (const v of people) cases.push(await paid(v))
  const officer = await town.person('موظف خدمة')
  await refuseTogether(officer, people, cases)
  for (const [i, v] of people.entries()) await appeal(v, cases[i], i === 0)
  await hear(town, people, cases)
  await counted(town, before + 2)
  await byKeyboard(officer, people[0])
  await hearing(town, people[0], people[1])
}

// paid is a renewal whose fee needs nothing more.
async function paid(v) {
  const id = await applyForCard(v)
  await v.go('/cases/' + id)
  if ((await v.text('main')).includes('ادفع الآن')) await pay(v)
  return id
}

async function refuseTogether(officer, people, cases) {
  const refs = []
  for (const [i, v] of people.entries()) refs.push(await reference(v, cases[i]))
  await officer.go('/desk')
  for (const ref of refs) await officer.page.locator('tbody tr', { hasText: ref }).locator('input[name="task"]').check()
  await officer.press('قرار واحد للمحدد')
  await officer.see('طلبان', ...refs)
  await officer.look('desk-bulk')
  await officer.press('اعتماد القرار لطلبين')
  await officer.see('اختر قرارًا')
  await officer.fill({ 'do.outcome': 'refuse' })
  await officer.press('اعتماد القرار لطلبين')
  await officer.see('اختر سببًا')
  await officer.look('desk-bulk-wrong', { twin: false })
  await officer.fill({ 'do.outcome': 'refuse' })
  await officer.fill({ 'do.reason.refuse': 'evidence' })
  await officer.press('اعتماد القرار لطلبين')
  for (const ref of refs) assert.match(await officer.text(`tbody tr:has-text("${ref}")`), /سُجّل القرار/)
  await officer.look('desk-bulk-done', { twin: false })
}

// appeal asks for a refusal to be heard again; without words it is not taken.
async function appeal(v, id, wordless) {
  await v.go('/cases/' + id)
  await v.see('المستندات لا تثبت التغيير')
  await v.look('case-refused')
  await v.follow('تظلّم من القرار')
  await v.look('appeal')
  if (wordless) {
    await v.press('قدّم التظلّم')
    await v.see('اكتب سبب تظلّمك')
  }
  await v.fill({ words: 'بطاقتي تالفة ولم تتغير بياناتي، فلا مستند يلزم لإثبات التغيير.' })
  await v.press('قدّم التظلّم')
  await v.see('النظر في التظلم')
  await v.look('case-appealed')
}

async function hear(town, [granted, refused], [a, b]) {
  const supervisor = await town.person('مشرف')
  await decide(supervisor, a, 'accept')
  await decide(supervisor, b, 'uphold', { words: 'لا جديد في التظلم.' })
  await eventually(granted, '/cases/' + a, 'قُبل', 'افتح:')
  await eventually(refused, '/cases/' + b, 'رُفض')
  assert.equal(await refused.page.getByRole('link', { name: 'تظلّم من القرار' }).count(), 0, 'one appeal, not two')
  await supervisor.context.close()
}

// counted holds that a case that closed, was appealed and closed again is one case.
async function counted(town, want) {
  let got
  for (const end = Date.now() + 60_000; Date.now() < end && (got = await closed(town, card)) !== want;);
  assert.equal(got, want, 'an appealed case is counted as closed once')
}

// byKeyboard decides without a pointer: from the list to the task, the first
// decision by its number, and on to whatever is next.
async function byKeyboard(officer, person) {
  const id = await paid(person)
  const ref = await reference(person, id)
  const { keyboard } = officer.page
  await officer.go('/desk')
  const rows = await officer.page.locator('table[data-keys] tbody tr').allInnerTexts()
  const at = rows.findIndex(r => r.includes(ref))
  assert.ok(at >= 0, `${ref} is not in the queue`)
  for (let i = 0; i <= at; i++) await keyboard.press('KeyJ')
  await officer.leave(() => keyboard.press('Enter'))
  await officer.see(ref)
  await keyboard.press('Shift+Slash')
  await officer.page.locator('dialog[open]').waitFor()
  await officer.look('desk-task-keys', { twin: false })
  await keyboard.press('Escape')
  await officer.page.locator('dialog[open]').waitFor({ state: 'hidden' })
  await keyboard.press('Digit1')
  assert.ok(await officer.page.locator('[name="do.outcome"][value="approve"]').isChecked(), 'the key 1 chooses the first decision')
  await officer.leave(() => keyboard.press('Control+Enter'))
  await officer.see('اعتُمد قرارك في الطلب', ref)
  await officer.look('desk-next', { twin: false })
  await eventually(person, '/cases/' + id, 'قُبل')
}

// hearing takes a claim that is disputed to the day that both parties are told.
async function hearing(town, claimant, respondent) {
  await respondent.go('/account')
  const number = (await respondent.text('main')).match(/\b\d{9}\b/)?.[0]
  assert.ok(number, 'the account shows its civil number')
  const id = await begin(claimant, claim)
  await claimant.answer({ phone: '33000001', iban: 'BH67BMAG00001299123456' })
  await claimant.answer({ respondent_kind: 'person', respondent_number: number, respondent_name: 'بتول عبدالرحمن', respondent_phone: '33000004' })
  await claimant.answer({ claim_kind: 'loan', amount: '250', ...inDays('happened_on', -90), asked_before: 'true', facts: 'أقرضتها مئتين وخمسين دينارًا بإيصال موقع، على أن تردها في شهر، ولم ترد منها شيئًا حتى اليوم.', truth: 'true' })
  await claimant.press('قدّم الطلب')
  await pay(claimant)
  const ref = await reference(claimant, id)
  await eventually(respondent, '/cases', ref)
  await respondent.leave(() => respondent.page.locator('main a[href*="/tasks/"]').first().click())
  await respondent.see('250')
  await respondent.page.locator('main input[type=radio][value="dispute"]').check()
  await respondent.press('أرسل جوابك')

  const court = await town.person('موظف خدمة', 'ar', {}, 'وزارة العدل')
  const asks = { hearing_time: '10:00', hearing_room: 'room1' }
  await decide(court, id, 'set', { asks: { ...inDays('hearing_date', 90), ...asks } })
  await court.see('حدد الجلسة خلال 60 يومًا')
  await court.look('desk-hearing-wrong', { twin: false })
  await court.fill({ ...inDays('hearing_date', 20), ...asks })
  await court.press('اعتماد القرار')
  await court.see('سُجّل قرارك')
  for (const party of [claimant, respondent]) await told(party, 'المطالبة المالية الصغيرة', 'القاعة 1', '10:00')
  await claimant.go('/cases/' + id)
  await claimant.see('انتظار يوم الجلسة')
  await claimant.look('case-hearing')
}

// told opens the newest message about a service until it says the words: messages
// are written after the decision has been answered.
async function told(v, service, ...words) {
  for (const end = Date.now() + 60_000; ;) {
    await eventually(v, '/inbox', service)
    await v.leave(() => v.page.locator('main a', { hasText: service }).first().click())
    const text = await v.text('main')
    if (words.every(w => text.includes(w)) || Date.now() > end) break
    await v.page.waitForTimeout(250)
  }
  await v.see(...words)
  await v.look('message-hearing')
}

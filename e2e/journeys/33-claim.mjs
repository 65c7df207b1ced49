// Two parties: one claims and pays the court's fee, the other answers and agrees.
import assert from 'node:assert/strict'
import { begin, claim, inDays, pay } from '../steps.mjs'

export default async town => {
  const respondent = await town.person('ولي أمر طلبة')
  await respondent.go('/account')
  const number = (await respondent.text('main')).match(/\b\d{9}\b/)?.[0]
  assert.ok(number, 'the account shows its civil number')
  const claimant = await town.person('مواطن أو مقيم')
  const id = await begin(claimant, claim)
  await claimant.answer({ phone: '33000001', iban: 'BH67BMAG00001299123456' })
  await claimant.look('claim-respondent')
  await claimant.answer({ respondent_kind: 'person', respondent_number: number, respondent_name: 'بتول عبدالرحمن', respondent_phone: '33000004' })
  await claimant.look('claim-claim')
  await claimant.answer({ claim_kind: 'loan', amount: '350', ...inDays('happened_on', -200), asked_before: 'true', facts: 'أقرضتها ثلاثمئة وخمسين دينارًا بإيصال موقع، على أن تردها في أول الصيف، ولم ترد منها شيئًا حتى اليوم.', truth: 'true' })
  await claimant.see('راجع إجاباتك', '17.500')
  await claimant.look('claim-check')
  await claimant.press('قدّم الطلب')
  await pay(claimant)
  await respondent.go('/cases')
  await respondent.look('cases-asked')
  await respondent.leave(() => respondent.page.locator('main a[href*="/tasks/"]').first().click())
  await respondent.see('350')
  await respondent.look('task')
  await respondent.page.locator('main input[type=radio][value="agree"]').check()
  await respondent.press('أرسل جوابك')
  await claimant.go('/cases/' + id)
  await claimant.see('أقر المدعى عليه بالمبلغ كاملًا')
  await claimant.look('claim-settled')
}

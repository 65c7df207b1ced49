// Questions that depend on an answer come as somebody answers, are announced, and
// go again; what was typed in them is not lost. What is worked out is written
// anew. Nothing above the answer moves, and nothing is saved on the way.
import assert from 'node:assert/strict'
import { begin, card, claim } from '../steps.mjs'

export default async town => {
  const v = await town.person('مواطن أو مقيم')
  await begin(v, card)
  const reason = v.page.locator('[name="reason"][value="lost"]')
  const lost = v.page.locator('[name="lost_on.day"]')
  assert.equal(await lost.count(), 0, 'not asked before there is a reason for it')
  const before = await reason.boundingBox()
  await reason.check()
  await lost.waitFor()
  assert.deepEqual(await reason.boundingBox(), before, 'the page jumps under the finger')
  await v.page.locator('form[data-live] [role=status]', { hasText: 'ظهر سؤال' }).waitFor({ state: 'attached' })
  assert.ok(await reason.evaluate(e => e === document.activeElement), 'the focus stays where it was')
  await v.page.locator('[name="police_report"]').fill('4417/2026')
  await v.page.locator('[name="reason"][value="damaged"]').check()
  await lost.waitFor({ state: 'detached' })
  await reason.check()
  await lost.waitFor()
  assert.equal(await v.page.locator('[name="police_report"]').inputValue(), '4417/2026', 'what was typed comes back')
  await v.look('live-questions', { twin: false })
  await v.fill({ 'lost_on.day': '1', 'lost_on.month': '2', 'lost_on.year': '2026' })
  await v.press('متابعة')
  await v.see('الصورة الشخصية') // asked, answered and sent in one go
  await fee(v)
}

// fee: the fee of a claim is worked out while its amount is typed.
async function fee(v) {
  const id = await begin(v, claim)
  await v.go(`/cases/${id}/apply/claim`)
  await v.page.locator('[name="amount"]').pressSequentially('250')
  await v.page.locator('[name="amount"]').blur()
  await v.page.locator('[data-computed]', { hasText: '12.500' }).waitFor()
  await v.page.waitForFunction(() => Object.values(sessionStorage).some(s => s.includes('"250"')))
  await v.go(`/cases/${id}/apply/claim`)
  await v.page.locator('.kept').waitFor() // the tab has kept it, the country not
}

// What is wrong is said at its place, and nothing that was typed is lost.
import assert from 'node:assert/strict'
import { begin, card, inDays } from '../steps.mjs'

export default async town => {
  const v = await town.person('عضو لجنة المتابعة') // an employee is a resident too
  await begin(v, card)
  await v.fill({ reason: 'lost' })
  await v.press('متابعة')
  await v.fill({ ...inDays('lost_on', -2), police_report: 'خمسة' })
  await v.fill({ 'lost_on.day': '31', 'lost_on.month': '2' })
  await v.press('متابعة')
  await v.see('1234/2026')
  const summary = v.page.locator('.summary-bad')
  assert.ok(await summary.isVisible(), 'a list of what is wrong stands at the top')
  assert.equal(await v.page.locator('[name="police_report"]').inputValue(), 'خمسة')
  assert.equal(await v.page.locator('[name="lost_on.day"]').inputValue(), '31')
  assert.ok(await v.page.locator('[name="reason"][value="lost"]').isChecked())
  await v.look('wrong-input', { twin: false })
  await summary.locator('a').first().click()
  const at = await v.page.evaluate(() => document.activeElement?.getAttribute('name'))
  assert.ok(['lost_on.day', 'police_report'].includes(at), `a line of the list leads to its question, not to ${at}`)

  await v.answer({ 'lost_on.day': '1', 'lost_on.month': '2', police_report: '1234/2026' })
  await v.page.locator('[name="photo"]').setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('PK\u0003\u0004 a zip that calls itself a picture') })
  await v.press('متابعة')
  assert.match(v.here, /photo$/)
  await v.look('wrong-file', { twin: false })
}

// A session that ends in the middle of a form loses nothing that was typed.
import assert from 'node:assert/strict'
import { begin, certificate } from '../steps.mjs'

export default async town => {
  const v = await town.person('ولي أمر طلبة')
  await begin(v, certificate, 1)
  const page = v.here
  await v.fill({ school: 's08', grade: '5', school_year: '2025-2026' })
  const names = (await v.context.cookies()).map(c => c.name).filter(n => n !== 'lang')
  for (const name of names) await v.context.clearCookies({ name })
  await v.press('متابعة')
  assert.equal(v.here, '/sign-in')
  await v.see('حفظنا ما كتبته')
  await v.look('sign-in-kept', { twin: false })
  await v.enterAs('ولي أمر طلبة')
  assert.equal(v.here, page)
  await v.see('ما كتبته محفوظ')
  assert.equal(await v.page.locator('[name="grade"]').inputValue(), '5')
  const school = v.page.locator('[name="school"]')
  assert.equal(await school.evaluateAll(all => (all.find(e => e.checked) ?? all.find(e => e.tagName === 'SELECT'))?.value), 's08')
  await v.answer({})
}

// A session that ends in the middle of a form loses nothing that was typed.
import assert from 'node:assert/strict'
import { begin, certificate } from '../steps.mjs'

export default async town => {
  const v = await town.person('ولي أمر طلبة')
  await begin(v, certificate, 1)
  await v.answer({})
  const page = v.here
  await v.fill({ purpose: 'club', addressed_to: 'نادي الساحل', language: 'ar' })
  const names = (await v.context.cookies()).map(c => c.name).filter(n => n !== 'lang')
  for (const name of names) await v.context.clearCookies({ name })
  await v.press('متابعة')
  assert.equal(v.here, '/sign-in')
  await v.see('حفظنا ما كتبته')
  await v.look('sign-in-kept', { twin: false })
  await v.enterAs('ولي أمر طلبة')
  assert.equal(v.here, page)
  await v.see('ما كتبته محفوظ')
  assert.equal(await v.page.locator('[name="addressed_to"]').inputValue(), 'نادي الساحل')
  const purpose = v.page.locator('[name="purpose"]')
  assert.equal(await purpose.evaluateAll(all => (all.find(e => e.checked) ?? all.find(e => e.tagName === 'SELECT'))?.value), 'club')
  await v.answer({ delivery: 'electronic', truth: 'true' })
}

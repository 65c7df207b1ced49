// The language is one click away, keeps the page, and is remembered.
import assert from 'node:assert/strict'
import { begin, card } from '../steps.mjs'

export default async town => {
  const v = await town.person('مشغل النظام')
  await begin(v, card)
  const page = v.here
  await v.follow('English')
  assert.equal(v.path, '/en' + page)
  await v.see('Reason for the request')
  v.lang = 'en'
  await v.answer({ reason: 'damaged' })
  assert.ok(v.path.startsWith('/en/'), 'the next page stays in the language')
  await v.page.goto(town.origin + '/services')
  assert.equal(await v.page.locator('html').getAttribute('lang'), 'en', 'the choice is remembered where the address names none')
  await v.follow('العربية')
  assert.equal(v.path, '/ar/services')
  const stranger = await town.visitor()
  await stranger.page.goto(town.origin + '/services')
  assert.equal(await stranger.page.locator('html').getAttribute('lang'), 'ar', 'Arabic comes first')
}

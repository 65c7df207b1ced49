// A ministry's owner publishes a version of a service after its examples ran on the
// engine; a resident enters with a passkey of the device, and removes it again.
import assert from 'node:assert/strict'
import { certificate } from '../steps.mjs'
import { Town } from '../site.mjs'

export default async town => {
  await publish(town)
  await passkey(town)
}

const now = 'إليها الشهادة، إن وجدت'
const then = 'إليها الشهادة، إن عرفتها'

async function publish(town) {
  const owner = await town.person('مسؤول الخدمات', 'ar', {}, 'وزارة التربية والتعليم')
  await owner.go('/admin/packs' + certificate)
  await owner.look('pack')
  const version = Number((await owner.text('main')).match(/الإصدار (\d+) معمول به/)?.[1])
  assert.ok(version, 'the page says which version is in force')
  await owner.follow('إصدار جديد')
  await owner.look('pack-edit')

  await change(owner, 'service.yaml', [`version: "${version}"`, `version: "${version + 1}"`], [now, then])
  await change(owner, 'examples.yaml', ['ends: granted', 'ends: refused'], ['    issues: [certificate]\n', ''])
  await owner.press('افحص الملفات')
  await owner.see('على غير ما وُعد', 'issued at once for a bank')
  assert.equal(await owner.page.getByRole('button', { name: `انشر الإصدار ${version + 1}` }).count(), 0, 'a draft whose example is broken can be published')
  await owner.look('pack-example-broken', { twin: false })

  await change(owner, 'examples.yaml', ['ends: refused', 'ends: granted\n    issues: [certificate]'])
  await owner.press('افحص الملفات')
  await owner.see('الملفات سليمة', 'شُغّلت 10 أمثلة على المحرّك نفسه. كما وُعد: 10.', `من الإصدار ${version} إلى الإصدار ${version + 1}`)
  await owner.look('pack-checked', { twin: false })
  await owner.press(`انشر الإصدار ${version + 1}`)
  await owner.see('نُشر الإصدار، وتعمل به الطلبات الجديدة من الآن', `الإصدار ${version + 1} معمول به`)
  await owner.follow('ما يتغير')
  await owner.see('تغيير ما يلزم إعداده')
  await owner.look('pack-changes')

  const reader = await town.visitor()
  await reader.go('/services' + certificate)
  await reader.see(then)
}

// change opens a file of the draft and replaces words in it.
async function change(v, file, ...words) {
  const box = v.page.locator(`textarea[name="file.${file}"]`)
  if (!await box.isVisible()) await v.page.locator('summary', { hasText: file }).click()
  let text = await box.inputValue()
  for (const [from, to] of words) {
    assert.ok(text.includes(from), `${file} does not say ${from}`)
    text = text.replace(from, to)
  }
  await box.fill(text)
}

// passkey uses an authenticator that Chromium plays. Passkeys belong to a name, so
// the site is visited as localhost.
async function passkey(town) {
  const here = new Town(town.browser, town.origin.replace('127.0.0.1', 'localhost'), town.out, town.seen)
  here.faults = town.faults
  const v = await here.person('مواطن أو مقيم')
  const device = await v.context.newCDPSession(v.page)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } })
  await v.go('/account')
  await v.follow('أضف مفتاح مرور')
  await v.look('passkey-add')
  await v.fill({ label: 'حاسوب البيت' })
  await v.press('متابعة')
  await v.see('أُضيف مفتاح المرور', 'حاسوب البيت')
  await v.look('account-passkey')

  await leaveSite(v)
  await v.go('/sign-in')
  await v.press('ادخل بمفتاح المرور')
  await v.go('/account')
  await v.see('حاسوب البيت')
  await v.leave(() => v.page.locator('li', { hasText: 'حاسوب البيت' }).getByRole('button').click())
  await v.see('حُذف مفتاح المرور')

  await leaveSite(v)
  await v.go('/sign-in')
  await v.page.getByRole('button', { name: 'ادخل بمفتاح المرور' }).click()
  const refused = v.page.locator('form[data-passkey] [role=alert]')
  await refused.waitFor()
  assert.match(await refused.innerText(), /لم نتمكّن من التحقق من مفتاح المرور/, 'a removed passkey lets nobody in')
  await v.look('passkey-refused', { twin: false })
  here.looks && (town.looks += here.looks)
}

async function leaveSite(v) {
  await v.go('/account')
  await v.page.locator('form[action$="/sign-out"]').evaluate(f => f.requestSubmit())
  await v.page.waitForURL(u => !u.pathname.endsWith('/account'))
}

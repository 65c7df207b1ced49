// An identity card slip goes into a wallet, is presented from it in an application,
// is suspended and resumed by an officer, whose reason its holder reads, and its
// copies are ended. Then a wallet asks by signing in, and is refused or allowed.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { applyForCard, begin, decide, pay } from '../steps.mjs'
import { Phone } from '../phone.mjs'

export default async town => {
  const v = await town.person('مواطن أو مقيم')
  const id = await applyForCard(v)
  await pay(v)
  const officer = await town.person('موظف خدمة')
  await decide(officer, id, 'approve')
  await v.go('/cases/' + id)
  await v.follow('افتح:')
  const at = v.here
  const phone = await Phone.create(town.origin)
  await offer(v, at, phone)
  await noScripts(town, v, at)
  await present(v, phone)
  await suspend(officer, v, id, at, phone)
  await end(v, at)
  await consent(town, v)
}

// offer adds the document to a wallet with the link and the code of the page.
async function offer(v, at, phone) {
  await v.see('أضف إلى محفظتك')
  await v.look('wallet-none')
  await v.press('إضافة الوثيقة إلى المحفظة')
  await v.look('wallet-offer')
  const link = await v.page.locator('main a.button').getAttribute('href')
  await v.page.locator('main details summary').click()
  await v.look('wallet-code', { twin: false })
  const code = (await v.text('main details strong')).trim()
  assert.match(code, /^\d{6}$/)
  assert.equal((await phone.token(link, code === '000000' ? '111111' : '000000')).status, 400)
  const { status, body } = await phone.token(link, code)
  assert.equal(status, 200, JSON.stringify(body))
  const got = await phone.take(body.access_token)
  assert.ok(got.credentials.length === 1)
  await v.follow('حدّث الصفحة')
  await v.see('أُضيفت الوثيقة إلى المحفظة')
  await v.look('wallet-added')
  await v.go(at)
  await v.see('نسخ هذه الوثيقة في المحافظ', 'wallet.example')
  await v.look('wallet-copies')
}

// noScripts opens the offer in the same person's browser that runs no scripts.
async function noScripts(town, v, at) {
  const plain = await town.visitor('en', { javaScriptEnabled: false, storageState: await v.context.storageState() })
  await plain.go(at)
  await plain.press('Add the document to a wallet')
  await plain.look('wallet-offer')
  await plain.page.locator('main details summary').click()
  assert.match((await plain.text('main details strong')).trim(), /^\d{6}$/)
  assert.ok(await plain.page.locator('main img[src^="data:image/"]').count())
  await plain.context.close()
}

// present answers a question of an application from the wallet.
async function present(v, phone) {
  await begin(v, '/personal-data/correction')
  await v.answer({ keeper: 'iga', registry: 'population', record: '1', field: 'name_ar' })
  await v.page.locator('main a[href*="/present/"]').first().waitFor()
  await v.look('wallet-question')
  const page = v.here
  await v.leave(() => v.page.locator('main a[href*="/present/"]').first().click())
  await v.look('present')
  await v.press('ابدأ التقديم')
  await v.look('present-waiting')
  await v.press('قدّمتها')
  await v.see('لم تصلنا الوثيقة بعد')
  await v.look('present-early')
  const at = v.here
  const link = await v.page.locator('main a.button').getAttribute('href')
  await v.page.route('**/state', r => r.abort()) // the page must not move on before it is seen
  const { status, body } = await phone.present(link)
  assert.equal(status, 200, JSON.stringify(body))
  await v.page.unroute('**/state')
  await v.go(at)
  await v.see('وصلت الوثيقة')
  await v.look('present-given')
  await v.press('متابعة')
  assert.equal(v.here, page)
  await v.see('إشعار بطاقة هوية')
  await v.look('wallet-answered')
  await v.go(at)
  await v.look('present-answered')
}

// suspend stops the document and starts it again; the holder reads why.
async function suspend(officer, v, id, at, phone) {
  await officer.go('/desk/cases/' + id)
  await officer.follow('إيقاف مؤقت')
  await prove(officer)
  await officer.look('desk-suspend')
  await officer.press('إيقاف العمل بالوثيقة')
  await officer.see('السبب')
  await officer.look('desk-suspend-wrong', { twin: false })
  await officer.fill({ reason: 'أبلغ صاحبها عن فقدانها', reason_en: 'Its holder reported it lost' })
  await officer.press('إيقاف العمل بالوثيقة')
  await officer.look('desk-suspended')
  await v.go(at)
  await v.see('أبلغ صاحبها عن فقدانها')
  await v.look('document-suspended')
  await v.go('/inbox')
  await v.leave(() => v.page.locator('main .tasks a').first().click())
  await v.see('أبلغ صاحبها عن فقدانها')
  await refused(v, phone)
  await officer.follow('إعادة العمل بها')
  await officer.look('desk-resume')
  await officer.fill({ reason: 'وجدها صاحبها' })
  await officer.press('إعادة العمل بالوثيقة')
  await officer.look('desk-resumed')
  await v.go(at)
  await v.look('document-resumed')
  await v.go('/inbox')
  await v.leave(() => v.page.locator('main .tasks a').first().click())
  await v.see('وجدها صاحبها')
}

async function prove(officer) {
  const link = officer.page.getByRole('link', { name: 'أكّد هويتي' })
  if (!await link.count()) return
  const at = officer.here
  await officer.leave(() => link.click())
  await officer.press('أكّد')
  assert.equal(officer.here, at)
}

// refused presents what is suspended.
async function refused(v, phone) {
  await begin(v, '/personal-data/correction')
  await v.answer({ keeper: 'iga', registry: 'population', record: '1', field: 'name_ar' })
  await v.leave(() => v.page.locator('main a[href*="/present/"]').first().click())
  await v.press('ابدأ التقديم')
  const { status } = await phone.present(await v.page.locator('main a.button').getAttribute('href'))
  assert.equal(status, 400)
  await v.page.getByText('لم تُقبل الوثيقة').waitFor() // the page moves on by itself
  await v.look('present-refused')
}

// end ends the copy in the wallet.
async function end(v, at) {
  await v.go(at)
  await v.press('إلغاء النسخة')
  await v.see('ألغيتَها')
  await v.look('wallet-ended')
}

// consent answers a wallet that leads its person here.
async function consent(town, v) {
  const verifier = 'a-verifier-of-at-least-forty-three-characters-long'
  const redirect = 'https://wallet.example/back'
  const ask = '/vci/authorize?' + new URLSearchParams({ response_type: 'code', client_id: 'wallet.example', redirect_uri: redirect, state: 's', scope: 'identity-card/renewal#card_slip', code_challenge_method: 'S256', code_challenge: createHash('sha256').update(verifier).digest('base64url') })
  await v.page.goto(town.origin + ask)
  await v.go(v.here) // in the language of the journey
  await v.see('محفظة تطلب وثائقك', 'wallet.example')
  await v.look('wallet-consent')
  assert.equal(await v.page.locator('main [name^=document-]:checked').count(), 0) // there are two, and the wallet takes one
  await v.press('أوافق، أضفها')
  await v.see('اختر وثيقة واحدة على الأقل')
  await v.look('wallet-consent-wrong', { twin: false })
  await v.press('لا أوافق')
  await v.see('لم يُرسل شيء')
  await v.look('wallet-refused', { twin: false })
  await v.page.goto(town.origin + ask)
  await v.go(v.here)
  await v.page.locator('main [name^=document-]').first().check()
  await v.press('أوافق، أضفها')
  await v.look('wallet-allowed', { twin: false })
  const back = new URL(await v.page.locator('main a.button').getAttribute('href'))
  assert.equal(back.searchParams.get('state'), 's')
  const phone = await Phone.create(town.origin)
  phone.config = 'identity-card/renewal#card_slip'
  const { status, body } = await phone.byCode(back.searchParams.get('code'), verifier, redirect)
  assert.equal(status, 200, JSON.stringify(body))
  await phone.take(body.access_token)
}

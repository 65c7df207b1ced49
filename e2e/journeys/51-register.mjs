// An entry of the catalogue on its way: its owner writes it, the authority comments
// and returns it, the owner mends it, the authority publishes it, everybody reads it. Then a workbook
// goes out, comes back with faults, and comes back right.
import assert from 'node:assert/strict'
import { retyped } from '../zip.mjs'

const entry = '/register/identity-card/renewal'

export default async town => {
  const owner = await town.person('مسؤول الخدمات')
  await owner.go('/register')
  await owner.see('خدمات الدليل', 'تجديد بطاقة الهوية')
  await owner.look('register')
  await owner.go('/register/new')
  await owner.look('register-new')
  await owner.go(entry)
  await owner.look('register-entry-published')
  await owner.press('ابدأ التعديل')
  for (const part of ['what', 'who', 'channels', 'cost', 'online']) {
    assert.equal(await owner.go(entry + '/edit/' + part), 200)
    await owner.look('register-edit-' + part)
  }
  await written(owner)
  const authority = await reviewed(town)
  await owner.go(entry)
  await owner.see('أُعيدت', 'ملاحظتان مفتوحتان')
  await owner.look('register-entry-returned')
  await owner.go(entry + '/edit/what')
  await owner.see('الاسم القديم أوضح')
  await owner.look('register-edit-remark')
  await owner.fill({ 'name.ar': 'تجديد بطاقة الهوية الوطنية' })
  await owner.press('حفظ')
  await owner.go(entry + '/review')
  while (await owner.page.getByRole('button', { name: 'عولجت' }).count()) await owner.press('عولجت')
  await owner.go(entry)
  await owner.press('أرسل للمراجعة')
  await published(town, authority)
  await stated(owner)
  await workbook(owner)
}

async function written(owner) {
  await owner.go(entry + '/edit/what')
  await owner.fill({ 'name.ar': 'تجديد البطاقة', 'name.en': '' })
  await owner.press('حفظ')
  await owner.see('النص ناقص')
  await owner.look('register-edit-wrong')
  await owner.fill({ 'name.en': 'Renew an identity card' })
  await owner.press('حفظ')
  await owner.see('حُفظ ما كتبته')
  await owner.go(entry + '/edit/asked')
  await owner.press('إضافة')
  await owner.fill({ 'evidence.1.name.ar': 'إثبات سكن', 'evidence.1.name.en': 'Proof of address' })
  await owner.press('حفظ')
  await owner.go(entry)
  await owner.look('register-entry-draft')
  await owner.press('أرسل للمراجعة')
  await owner.see('وصلت المسودة')
  await owner.look('register-entry-submitted')
}

async function reviewed(town) {
  const authority = await town.person('فريق الجهة القائدة')
  await authority.go('/register?state=review')
  await authority.see('تجديد البطاقة')
  await authority.look('register-queue')
  await authority.go(entry + '/review')
  await authority.see('المنشور', 'المقترح', 'Renew an identity card', 'إثبات سكن')
  await authority.look('register-review')
  const name = authority.page.locator('#f-at-name-ar')
  await name.getByText('ملاحظة هنا').click()
  await name.locator('textarea').fill('الاسم القديم أوضح')
  await authority.leave(() => name.getByRole('button', { name: 'أضف الملاحظة' }).click())
  await authority.press('أعدها إلى الجهة')
  await authority.see('اكتب الملاحظة')
  await authority.look('register-review-wrong')
  await authority.page.locator('#f-return').fill('أعيدوا الاسم الذي يعرفه الناس')
  await authority.press('أعدها إلى الجهة')
  await authority.see('أُعيدت إلى الجهة')
  return authority
}

async function published(town, authority) {
  await authority.go(entry + '/review')
  await authority.see('معالَجة')
  await authority.look('register-review-again')
  await authority.press('انشر')
  await authority.see('نُشرت')
  await authority.go(entry + '/history')
  await authority.see('النسخة 2', 'حلّت محلها نسخة أحدث')
  await authority.look('register-history')
  const nobody = await town.visitor()
  await nobody.go('/services/identity-card/renewal')
  await nobody.see('تجديد بطاقة الهوية الوطنية')
}

async function stated(owner) {
  await owner.go(entry + '/statement')
  await owner.look('register-statement')
  const points = Object.fromEntries(['registration', 'authentication', 'application', 'decision', 'issuance', 'feedback'].map(p => ['point_' + p, 'yes']))
  await owner.fill({ ...points, link: 'https://example.org/card', 'on.day': 1, 'on.month': 11, 'on.year': 2026, signed: 'true' })
  await owner.press('وقّع البيان')
  await owner.see('قُدِّم البيان باسمك')
  await owner.look('register-stated')
}

async function workbook(owner) {
  await owner.go('/register/workbook')
  await owner.look('register-workbook')
  const r = await owner.context.request.get(owner.town.origin + '/ar/register/workbook/file')
  assert.equal(r.status(), 200)
  const clean = await r.body()
  const file = buffer => ({ name: 'services.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer })
  await owner.fill({ file: file(Buffer.from('id;name')) })
  await owner.press('افحص المصنف')
  await owner.see('ليس مصنف Excel')
  await owner.look('register-workbook-refused')
  await owner.fill({ file: file(retyped(retyped(clean, 'portal · البوابة', 'pigeon'), 'counter · مركز الخدمة', 'perhaps')) })
  await owner.press('افحص المصنف')
  await owner.see('خطآن في المصنف', 'pigeon', 'perhaps')
  await owner.look('register-workbook-faults')
  const marked = await owner.context.request.get(owner.page.url() + '/marked')
  assert.equal(marked.status(), 200)
  const mended = retyped(retyped(await marked.body(), 'pigeon', 'app · تطبيق الهاتف'), 'perhaps', 'kiosk · جهاز الخدمة الذاتية')
  await owner.go('/register/workbook')
  await owner.fill({ file: file(mended) })
  await owner.press('افحص المصنف')
  await owner.see('في المصنف')
  await owner.look('register-workbook-planned')
  await owner.press('خذ المصنف')
  await owner.see('أُخذ المصنف', 'مسودة')
  await owner.look('register-workbook-taken')
}

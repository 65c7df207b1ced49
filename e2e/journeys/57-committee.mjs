// A committee from planning a meeting to what came of its decision: the secretary
// plans and holds it and records a decision, its owner reports, a member opens the
// five-minute page and downloads the pack.
import assert from 'node:assert/strict'

const at = '/committees/of/services'

export default async town => {
  const secretary = await town.person('فريق الجهة القائدة')
  await secretary.go('/committees')
  await secretary.see('متأخر', 'لجنة تطوير الخدمات')
  await secretary.look('committees')
  await secretary.go(at)
  await secretary.look('committee')
  await secretary.go(at + '/plan')
  await secretary.look('committee-plan')
  await secretary.press('حفظ الاجتماع') // nothing is filled in
  await secretary.see('يرجى تصحيح ما يلي')
  const now = new Date(Date.now() + 3 * 36e5)
  await secretary.fill({ 'at.day': now.getUTCDate(), 'at.month': now.getUTCMonth() + 1, 'at.year': now.getUTCFullYear(), hour: '08:00', place_ar: 'القاعة الصغرى', place_en: 'Small room',
    'items.0.title_ar': 'تجديد البطاقة', 'items.0.title_en': 'Card renewal', 'items.0.kind': 'decision', 'items.0.asked_ar': 'أن يُغلق شباك التجديد', 'items.0.asked_en': 'That the renewal counter closes' })
  await secretary.press('حفظ الاجتماع')
  await secretary.press('دعوة الأعضاء')
  const meeting = secretary.here
  await secretary.look('committee-meeting-called')
  await secretary.go(meeting + '/papers?item=1')
  await secretary.page.locator('#f-paper').setInputFiles({ name: 'ورقة.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n%%EOF') })
  await secretary.look('committee-paper')
  await secretary.press('إرفاق الملف')
  await secretary.see('ورقة.pdf')
  await secretary.go(meeting + '/attendance')
  await secretary.look('committee-attendance')
  await secretary.press('انعقد الاجتماع')
  await secretary.go(meeting + '/decide?item=1')
  await secretary.fill({ services: 'identity-card/renewal' })
  await secretary.look('committee-decide')
  await secretary.press('تقييد القرار')
  const decision = secretary.here
  await secretary.see('نسبة التقديم إلكترونيًا')
  await secretary.look('committee-decision')
  await secretary.go(decision + '/assign')
  const due = new Date(Date.now() + 10 * 864e5)
  await secretary.fill({ text_ar: 'إعلان الإغلاق', text_en: 'Announce the closing', 'due.day': due.getUTCDate(), 'due.month': due.getUTCMonth() + 1, 'due.year': due.getUTCFullYear() })
  await secretary.page.locator('#f-org').selectOption('iga')
  await secretary.look('committee-assign')
  await secretary.press('إسناد العمل')
  await secretary.see('إعلان الإغلاق')
  await secretary.go(meeting + '/minutes')
  await secretary.fill({ 'item-0_ar': 'ناقشت اللجنة ووافقت.' })
  await secretary.press('حفظ')
  await secretary.press('اعتماد المحضر')
  await secretary.see('اعتُمد محضره')
  await secretary.look('committee-meeting-approved')

  const owner = await town.person('رئيس الجهة')
  await owner.go('/committees')
  await owner.see('إعلان الإغلاق')
  assert.equal(await owner.go(meeting), 404, 'an entity sees a meeting')
  await owner.go('/committees/actions')
  await owner.look('committee-actions-owed')
  await owner.follow('إعلان الإغلاق')
  const action = owner.here
  await owner.look('committee-action')
  await owner.go(action + '/complete')
  await owner.fill({ words: 'نُشر الإعلان في الصحف.' })
  await owner.look('committee-report')
  await owner.press('أُنجز العمل')
  await owner.see('بانتظار التحقق')
  await owner.context.close()

  await secretary.go(action + '/verify')
  await secretary.press('تأكيد الإنجاز')
  await secretary.see('تحقق إنجازه')
  await secretary.go('/committees/actions?show=overdue')
  await secretary.look('committee-actions')
  const session = await forum(town, secretary)
  await secretary.context.close()

  const member = await town.person('عضو لجنة المتابعة')
  await member.go(session)
  await member.see('تُفتح الواجهة لخمس جهات') // a decision of the forum, handed to the committee
  await member.follow('SDC')
  await member.see('مقترح')
  await member.go('/committees/brief')
  await member.see('القرار المطلوب منك')
  await member.look('committee-brief')
  for (const lang of ['ar', 'en']) { // it prints on one sheet
    await member.page.goto(town.origin + '/' + lang + '/committees/brief')
    const paper = (await member.page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1')
    assert.equal(paper.match(/\/Type\s*\/Page\b(?!s)/g).length, 1, 'the five-minute page does not print on one sheet in ' + lang)
  }
  await member.go(meeting)
  for (const lang of ['ar', 'en']) {
    const r = await member.context.request.get(town.origin + meeting + '/pack.pdf?in=' + lang)
    const body = await r.body()
    assert.equal(r.status(), 200)
    assert.equal(body.subarray(0, 5).toString(), '%PDF-')
    assert.ok(body.length < 400_000, `the pack has ${body.length} bytes`)
  }
  await member.context.close()
}

// forum walks the planning forum: a session that collides, a question between the
// sessions, its answer, and a decision that is handed to a committee.
async function forum(town, authority) {
  await authority.go('/forum')
  await authority.see('هيئة المعلومات والحكومة الإلكترونية', 'جامعة البحرين')
  await authority.look('forum')
  await authority.go('/forum/new')
  await authority.fill({ title_ar: 'جلسة متعارضة', title_en: 'A session that collides', starts: '08:40', ends: '09:00', room: 'main' })
  await authority.page.locator('main [name=day]').first().check()
  await authority.press('حفظ')
  await authority.see('القاعة مشغولة')
  await authority.go('/forum')
  await authority.follow('خطة هيئة المعلومات والحكومة الإلكترونية')
  const session = authority.here
  await authority.look('forum-session')

  const entity = await town.person('مسؤول الخدمات')
  await entity.go(session)
  await entity.fill({ words: 'هل تُنشر خطة الربط للجهات؟' })
  await entity.press('إرسال السؤال')
  await entity.see('بانتظار الإجازة')

  await authority.go(session)
  await authority.press('إجازته')
  await entity.go(session)
  await entity.leave(() => entity.page.locator('article', { hasText: 'هل تُنشر خطة الربط' }).getByRole('link', { name: 'الرد على السؤال' }).click())
  await entity.fill({ answer: 'نعم، بعد اعتمادها.' })
  await entity.look('forum-answer')
  await entity.press('إرسال الرد')
  await entity.see('نعم، بعد اعتمادها.')
  await entity.go(session + '/files')
  await entity.page.locator('#f-file').setInputFiles({ name: 'plan.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') })
  await entity.press('إرفاق الملف')
  await entity.see('يرجى تصحيح ما يلي')
  await entity.context.close()

  await authority.go(session + '/decide')
  await authority.fill({ text_ar: 'تُفتح الواجهة لخمس جهات', text_en: 'The interface opens to five entities', board: 'services' })
  await authority.look('forum-decide')
  await authority.press('تقييد القرار')
  await authority.see('تُفتح الواجهة لخمس جهات', 'SDC')
  return session
}

// Agreements between entities: a stranger reads who reads what; one entity proposes
// and tries it on invented records, the authority reviews, the holder agrees, the
// authority approves; the reader asks to be told of changes; the holder revokes.
import assert from 'node:assert/strict'

const day = n => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10)

export default async town => {
  const stranger = await town.visitor()
  await stranger.go('/agreements')
  await stranger.see('من يقرأ ماذا', 'سجل السكان')
  await stranger.look('agreements-public')
  await stranger.page.locator('#f-org').selectOption('ewa')
  await stranger.press('اعرض')
  await stranger.leave(() => stranger.page.locator('main table a').first().click())
  await stranger.look('agreement-public')
  assert.equal(await stranger.page.locator('main section').count(), 0, 'a stranger sees how an agreement came to be')

  const owner = await town.person('مسؤول الخدمات', 'ar', {}, 1) // of the ministry of education
  await owner.go('/agreements/ours')
  await owner.look('agreements-ours')
  await owner.follow('طلب اتفاقية')
  await owner.look('agreement-choose')
  await owner.follow('سجل السكان')
  await owner.look('agreement-propose')
  await owner.press('أرسل الطلب') // hardly anything is filled in
  await owner.see('يرجى تصحيح ما يلي')
  await owner.look('agreement-propose-wrong', { twin: false })
  await owner.fill({ attributes: 'person.marital_status', purpose: 'صرف المكافأة الدراسية للطالب المتزوج', purpose_en: 'Paying the allowance of married students', legal: 'القانون رقم (27) لسنة 2005 بشأن التعليم', legal_en: 'Law No. 27 of 2005 on Education',
    from: day(0), until: day(200), per_person: '5', machine: 'true', consent: 'false', events: 'true' })
  await owner.press('جرّبها')
  await owner.see('سجلات مختلقة', 'بيان تجريبي')
  await owner.look('agreement-tried', { twin: false })
  await owner.press('أرسل الطلب')
  await owner.see('قيد المراجعة')
  await owner.look('agreement-proposed')
  const one = owner.here
  await stranger.go(one)
  assert.equal(stranger.status, 404, 'a stranger sees a proposal')

  const authority = await town.person('فريق الجهة القائدة')
  await authority.go('/agreements/ours')
  await authority.see('ينتظر قرارك')
  await authority.look('agreements-queue')
  await authority.go(one)
  await authority.look('agreement-review')
  await authority.press('تمت المراجعة')
  await authority.see('بانتظار صاحبة البيانات')

  const head = await town.person('رئيس الجهة')
  await head.go(one)
  await head.look('agreement-agree')
  await head.press('جرّبها')
  await head.see('بيان تجريبي')
  await head.look('agreement-try', { twin: false })
  await head.go(one)
  await head.press('أوافق على القراءة')
  await proved(head, one, 'أوافق على القراءة')
  await head.see('بانتظار الاعتماد')

  await authority.go(one)
  await authority.press('أعتمد الاتفاقية')
  await proved(authority, one, 'أعتمد الاتفاقية')
  await authority.see('سارية')
  assert.equal(await stranger.go(one), 200, 'everybody sees an agreement in force')

  await owner.go(one)
  await owner.look('agreement-active')
  await owner.press('اشترك')
  await owner.see('سُجل الاشتراك')
  await owner.go('/agreements/events')
  await owner.see('الاشتراكات', 'يجلبها النظام')
  await owner.look('agreement-events')

  await head.go(one)
  await head.page.locator('summary', { hasText: 'ألغِ الاتفاقية' }).click()
  await head.press('ألغِ الاتفاقية') // without a reason
  await head.see('يرجى تصحيح ما يلي')
  await head.look('agreement-revoke-wrong', { twin: false })
  await head.fill({ 'revoke-words': 'صارت المكافأة تُصرف بغير هذا البيان.' })
  await head.press('ألغِ الاتفاقية')
  await head.see('أُلغيت الاتفاقية')
  await head.look('agreement-revoked')
}

// proved proves anew who somebody is, where a step asks for it, and takes the step.
async function proved(v, one, step) {
  if (v.here === one) return
  await v.look('agreement-step-up', { twin: false })
  throw new Error(`${v.here} stands before ${step}: ${await v.text('main')}`)
}

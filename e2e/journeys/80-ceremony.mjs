// Keys touched by two: the root that the machine made is replaced, an entity gets a
// new key, and a key is revoked by one operator alone in an emergency, at which the
// other looks; each to its printed record. What one refuses or withdraws stays undone.
import assert from 'node:assert/strict'

export default async town => {
  const first = await town.person('مشغل النظام')
  const second = await town.person('مشغل النظام', 'ar', {}, 1)

  await first.go('/admin/keys')
  await first.see('هذا الجذر صنعته المنظومة وحدها')
  await first.look('keys')
  await first.go('/admin/keys/ceremonies')
  await first.see('لا مراسم بعد', 'هذا الجذر صنعته المنظومة وحدها')
  await first.look('ceremonies-none')
  await first.follow('استبدله بمراسم')
  await prove(first)
  await first.look('ceremony-root')
  await first.press('اقترح') // without a reason
  await first.see('خمسمئة حرف')
  await first.look('ceremony-wrong', { twin: false })
  const root = await propose(first, { note: 'قبل أن تُعطى بصمته لأحد' })
  await first.see('تنتظر مشغّلًا آخر', 'أسحب اقتراحي')
  assert.equal(await first.page.getByRole('button', { name: 'أؤكد' }).count(), 0, 'whoever proposed it is offered to confirm it')
  await first.look('ceremony-proposed')
  await first.go('/admin/trust')
  await first.see('جذر جديد مقترح وينتظر شخصًا ثانيًا')
  await first.look('trust-machine')

  await second.go('/inbox') // the other operator was told
  await second.see('مراسم مفاتيح تنتظر شخصًا ثانيًا')
  await confirmed(second, root, 'ceremony-confirm')
  await second.look('ceremony-done')
  await printed(second, root)
  await second.go('/admin/keys')
  assert.ok(!(await second.text('main')).includes('صنعته المنظومة وحدها'), 'two people made the root, and the page says the machine did')

  // rotation: refused, withdrawn, and then carried out
  const row = await entity(second)
  const refused = await rotation(second, row, 'تجديد سنوي')
  await first.go(refused)
  await first.fill({ answer: 'جُدّد الشهر الماضي' })
  await first.press('أرفض')
  await first.see('رُفضت', 'جُدّد الشهر الماضي')
  await first.look('ceremony-refused')
  await rotation(second, row, 'تجديد سنوي')
  await second.press('أسحب اقتراحي')
  await second.see('سحبها مقترحها')
  await second.look('ceremony-withdrawn')
  const rotated = await rotation(second, row, 'تجديد سنوي')
  await confirmed(first, rotated, 'ceremony-rotate')
  await first.see('نُفذت', 'متقاعد، ووثائقه صحيحة', 'يوقّع')
  await printed(first, rotated)

  // an emergency: one acts alone, the other looks at it
  await first.go('/admin/keys')
  await first.look('keys-rotated')
  const alive = first.page.locator('main tr', { hasText: 'توقيع الوثائق' }).filter({ hasText: row }).first()
  await first.leave(() => alive.locator('a[href*="/propose/revoke/"]').click())
  await prove(first)
  await first.look('ceremony-revoke')
  await first.fill({ reason: 'compromise', note: 'سُرق قرص من غرفة الخوادم' })
  await first.press('اسحب الثقة الآن وحدي')
  const emergency = first.here
  await first.see('طارئة، تنتظر مراجعة', 'مسحوب الثقة')
  await first.look('ceremony-acted')
  await second.go('/admin/keys')
  await second.see('بانتظار شخص ثانٍ', 'سحب الثقة من مفتاح')
  await second.look('keys-waiting')
  await second.go(emergency)
  await second.press('راجعتُ هذا الإجراء') // without a word
  await prove(second)
  if (second.here !== emergency) await second.go(emergency)
  await second.fill({ answer: 'ثبتت السرقة، ولم يُستعمل المفتاح' })
  await second.press('راجعتُ هذا الإجراء')
  await second.see('طارئة، رُوجعت', 'ثبتت السرقة')
  await second.look('ceremony-reviewed')
  await printed(second, emergency)

  const auditor = await town.person('Auditor', 'en')
  await auditor.go('/admin/keys/ceremonies')
  await auditor.see('Carried out', 'Refused', 'Withdrawn', 'An emergency; reviewed')
  await auditor.look('ceremonies')
  await auditor.go(rotated)
  assert.equal(await auditor.page.locator('main form').count(), 0, 'an auditor is asked to decide')
}

// prove shows anew who somebody is, where a step asks for it.
async function prove(v) {
  const link = v.page.getByRole('link', { name: 'أكّد هويتي' })
  if (await link.count()) await v.leave(() => link.click())
  const button = v.page.locator('main').getByRole('button', { name: 'أكّد' })
  if (v.here.startsWith('/sign-in') && await button.count()) await v.leave(() => button.first().click())
}

// propose fills the form in and returns the address of the ceremony.
async function propose(v, answers) {
  await v.fill(answers)
  await v.press('اقترح')
  assert.match(v.here, /^\/admin\/keys\/ceremonies\/[^/]+$/)
  return v.here
}

// entity names the first organisation whose key can be replaced.
async function entity(v) {
  const link = v.page.locator('main a[href*="/propose/rotate/"]').first()
  return (await link.locator('xpath=ancestor::tr').locator('td').first().innerText()).split('\n')[0].trim()
}

async function rotation(v, org, note) {
  await v.go('/admin/keys')
  const tr = v.page.locator('main tr', { hasText: org }).filter({ has: v.page.locator('a[href*="/propose/rotate/"]') }).first()
  await v.leave(() => tr.locator('a[href*="/propose/rotate/"]').click())
  await prove(v)
  await v.look('ceremony-rotation')
  return propose(v, { note })
}

// confirmed lets the second person carry a ceremony out, after proving themselves.
async function confirmed(v, at, name) {
  await v.go(at)
  await v.look(name)
  await v.press('أؤكد')
  await prove(v)
  if (v.here !== at) await v.go(at)
  const button = v.page.getByRole('button', { name: 'أؤكد' })
  if (await button.count()) await v.leave(() => button.first().click())
  await v.see('نُفذت', 'المفاتيح بعد التنفيذ')
}

// printed takes the record to the printer: a PDF, behind its button.
async function printed(v, at) {
  await v.go(at)
  const href = await v.page.getByRole('link', { name: 'محضر للطباعة' }).getAttribute('href')
  const r = await v.context.request.get(new URL(href, v.page.url()).href)
  const body = await r.body()
  assert.equal(r.status(), 200)
  assert.equal(body.subarray(0, 5).toString(), '%PDF-')
  assert.ok(body.length > 10_000, `the record has ${body.length} bytes`)
}

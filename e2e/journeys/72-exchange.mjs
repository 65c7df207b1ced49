// The signed exchange: an operator registers a library with its gateway, a service
// and a right, makes a token, has a gateway diagnosed and puts it into maintenance;
// one member of the sample asks another through both gateways.
import assert from 'node:assert/strict'

export default async town => {
  const v = await town.person('مشغل النظام')
  await v.go('/exchange')
  await v.see('ثلاثة أعضاء موصولون', 'البوابات', 'تعمل')
  await v.look('exchange')
  const call = await v.page.locator('#call').textContent()
  const [, client, url] = call.match(/^curl -H 'X-Road-Client: ([^']+)' (\S+)$/)
  const answer = await fetch(url, { headers: { 'X-Road-Client': client } })
  assert.equal(answer.status, 200, call)
  assert.equal((await answer.json())[0].id, 's01', call)

  await v.go('/exchange/new/member')
  await v.press('قيّد') // nothing is filled in
  await v.see('يرجى تصحيح ما يلي')
  await v.fill({ class: 'COM', code: 'library', name: 'المكتبة الوطنية', name_en: 'National Library' })
  await v.look('exchange-member')
  await v.press('قيّد')
  await v.see('صدر دليل جديد', 'المكتبة الوطنية')
  await v.go('/exchange/new/server')
  await v.page.locator('#f-member').selectOption('BH/COM/library').catch(() => v.page.getByLabel('المكتبة الوطنية').check())
  await v.fill({ code: 'gw', address: '127.0.0.1:5501' })
  await v.press('قيّد')
  await v.go('/exchange/new/service')
  await v.look('exchange-service')
  await v.go('/exchange/new/right')
  await v.look('exchange-right')

  await v.go('/exchange/servers/COM/library/gw')
  await v.see('لم تتصل بعد')
  await v.press('أصدر كلمة')
  await v.see('تظهر مرة واحدة', '--token')
  await v.look('exchange-token', { twin: false })

  await v.go('/exchange/servers/GOV/moe/gw')
  await v.see('تعمل')
  await v.look('exchange-gateway')
  await v.press('افحص الآن')
  await v.see('سليم', 'الدليل والساعة')
  await v.look('exchange-diagnosis', { twin: false })
  await v.go('/exchange/servers/GOV/moe/gw')
  await v.fill({ notice: 'تحديث مبرمج', notice_en: 'A planned update', hours: '2' })
  await v.press('ابدأ الصيانة')
  await v.see('في صيانة', 'تحديث مبرمج')
  await v.look('exchange-maintenance')
  await v.press('أنهِ الصيانة')
  await v.see('انتهت الصيانة')
  await v.go('/exchange/move?kind=member&entry=BH%2FCOM%2Flibrary&event=end')
  await v.look('exchange-end')
  await v.press('إنهاء')
  await v.see('صدر دليل جديد')

  const id = answer.headers.get('x-road-request-id')
  const a = await town.person('مدقق')
  await a.go('/exchange/messages?id=' + id)
  await a.see('طلب', 'جواب', 'وقّعته')
  await a.look('exchange-messages')
  assert.equal(await a.go('/exchange/new/member'), 403, 'an auditor registers members')
}

// A committee looks at the services by world schemes, opens a figure to its
// services, goes back to a past day, and asks about a day before anything was there.
export default async town => {
  const v = await town.person('عضو لجنة المتابعة')
  if (await v.go('/oversight/indicators') !== 200) town.fault(`indicators answer ${v.status}`)
  await v.look('indicators')
  await v.follow('مقياس الحكومة الإلكترونية')
  await v.see('التمحور حول المستخدم', 'غير معلوم')
  await v.look('indicators-eu')
  for (const [name, path] of Object.entries({
    'indicators-eu-events': '/oversight/indicators/eu?by=event&item=online_service', 'indicators-eu-entities': '/oversight/indicators/eu?by=organisation&item=delivery_time',
    'indicators-escwa': '/oversight/indicators/escwa', 'indicators-gtmi': '/oversight/indicators/gtmi', 'indicators-gc': '/oversight/indicators/gc',
    'indicators-rows': '/oversight/indicators/eu/rows?item=online_service&answer=no',
  })) {
    if (await v.go(path) !== 200) town.fault(`${path} answers ${v.status}`)
    await v.look(name)
  }
  await v.go('/oversight/indicators/escwa')
  await v.page.locator('#f-at').fill('2020-01-01')
  await v.press('عرض')
  await v.see('لا خدمات تُعد في هذا النطاق وهذا اليوم')
  await v.look('indicators-empty')
  await v.go('/oversight/indicators/escwa?at=yesterday')
  await v.look('indicators-wrong', { twin: false })
  await v.context.close()
}

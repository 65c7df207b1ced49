// A committee sees what comes next and why, tries weights of its own, and decides.
export default async town => {
  const v = await town.person('عضو لجنة المتابعة')
  if (await v.go('/oversight/priorities') !== 200) town.fault(`priorities answer ${v.status}`)
  await v.look('priorities')
  const first = await v.text('tbody tr th[scope=row] a')

  await v.page.locator('main details.details > summary').first().click()
  await v.page.locator('#f-w-wait').fill('100')
  await v.page.locator('#f-w-volume').fill('كثير')
  await v.press('ترتيب بهذه الأوزان')
  await v.see('الوزن عدد من 0 إلى 100')
  await v.look('priorities-wrong', { twin: false })
  await v.page.locator('#f-w-volume').fill('٠')
  await v.press('ترتيب بهذه الأوزان')
  await v.see('هذه أوزانك أنت')
  await v.look('priorities-own')
  await v.leave(() => v.page.locator('table th[scope=row] a').first().click())
  await v.see('من أين جاءت الدرجة')
  await v.look('priorities-why')

  await v.page.goBack()
  await v.follow('اعتماد هذه الأوزان')
  await v.press('اعتماد الأوزان')
  await v.see('اكتب سبب القرار')
  await v.page.locator('[name=reason]').fill('رأت اللجنة أن تبدأ بما يطول انتظاره')
  await v.press('اعتماد الأوزان')
  await v.see('اعتُمدت الأوزان', 'رأت اللجنة')
  await v.look('priorities-weights')
  await v.go('/oversight/priorities')
  await v.see('رأت اللجنة')

  for (const [name, path] of Object.entries({
    'priorities-schedule': '/oversight/priorities/schedule', 'priorities-whatif': '/oversight/priorities/schedule?declared=1&capacity=6&entity=1',
    backlog: '/oversight/backlog', 'backlog-event': '/oversight/backlog?by=event', forecast: '/oversight/forecast',
  })) {
    if (await v.go(path) !== 200) town.fault(`${path} answers ${v.status}`)
    await v.look(name)
  }
  if (!first) town.fault('the list of priorities is empty')
  await v.context.close()
}

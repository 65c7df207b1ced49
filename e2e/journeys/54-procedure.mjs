// A committee member compares how services went, shall go and go, and what that
// spares; the owner of a service writes its procedures.
export default async town => {
  const v = await town.person('عضو لجنة المتابعة')
  await v.go('/oversight/services')
  for (const [name, path] of Object.entries({
    'procedure-measured': '/oversight/services/identity-card/renewal/procedure', 'procedure-designed': '/oversight/services/municipality/building-permit/procedure',
    'procedure-none': '/oversight/services/culture/museum-visit/procedure', savings: '/oversight/savings', 'savings-entity': '/oversight/savings?org=iga', 'savings-service': '/oversight/savings?org=iga&service=identity-card/renewal',
    'procedure-wrong': '/oversight/services/identity-card/renewal/procedure?from=2026-13',
  })) {
    const want = name === 'procedure-wrong' ? 422 : 200
    if (await v.go(path) !== want) town.fault(`${path} answers ${v.status}`)
    await v.look(name, { twin: want === 200 })
  }
  await v.context.close()

  const owner = await town.person('مسؤول الخدمات')
  const here = '/register/identity-card/renewal/procedure'
  await owner.go(here)
  await owner.look('steps-published')
  await owner.press('ابدأ التحرير')
  await owner.look('steps')
  await owner.go(here + '/as-is')
  await owner.look('steps-edit')
  await owner.page.locator('#f-steps-0-theirs').fill('كثير')
  await owner.press('احفظ في المسودة')
  await owner.see('اكتب رقمًا من 0')
  await owner.look('steps-wrong', { twin: false })
  await owner.page.locator('#f-steps-0-theirs').fill('٩٥')
  await owner.page.locator('#f-steps-0-title_ar').fill('الحضور إلى المركز صباحًا')
  await owner.press('احفظ في المسودة')
  await owner.see('حُفظ في المسودة', 'الحضور إلى المركز صباحًا', '95')
  await owner.context.close()
}

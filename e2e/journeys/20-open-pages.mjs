// What anybody sees without signing in.
export default async town => {
  const v = await town.visitor()
  const pages = {
    home: '/', services: '/services', found: '/services?q=' + encodeURIComponent('بطاقة'), 'found-nothing': '/services?q=' + encodeURIComponent('ضضضض'),
    'service-card': '/services/identity-card/renewal', 'service-certificate': '/services/education/enrolment-certificate', 'service-claim': '/services/justice/small-claim',
    entities: '/entities', help: '/help', privacy: '/privacy', accessibility: '/accessibility', verify: '/verify', 'sign-in': '/sign-in',
  }
  for (const [name, path] of Object.entries(pages)) {
    if (await v.go(path) !== 200) town.fault(`${path} answers ${v.status}`)
    await v.look(name)
  }
  await v.go('/entities')
  await v.leave(() => v.page.locator('main a[href*="/entities/"]').first().click())
  await v.look('entity')
  await v.go('/')
  await v.leave(() => v.page.locator('main a[href*="/life-events/"]').first().click())
  await v.look('life-event')
  if (await v.go('/no-such-page') !== 404) town.fault('an unknown address is not 404')
  await v.look('not-found', { twin: false })
  if (await v.go('/v/NO-SUCH-CODE') >= 500) town.fault(`an unknown code answers ${v.status}`)
  await v.look('verify-not-ours', { twin: false })
}

// Every page that the staff begin from.
const offices = {
  'موظف خدمة': { desk: '/desk', 'desk-done': '/desk/done', 'desk-search': '/desk/search', 'desk-counter': '/desk/counter' },
  'عضو لجنة المتابعة': { oversight: '/oversight', 'oversight-by-service': '/oversight?by=service', 'oversight-by-channel': '/oversight?by=channel', 'oversight-services': '/oversight/services', 'oversight-rows': '/oversight/rows?figure=closed' },
  'مشغل النظام': {
    admin: '/admin', 'admin-people': '/admin/people', 'admin-person-new': '/admin/people/new', 'admin-staff': '/admin/staff', 'admin-keys': '/admin/keys', 'admin-operations': '/admin/operations',
    'admin-deliveries': '/admin/operations/deliveries', 'admin-money': '/admin/money', 'admin-balances': '/admin/money/balances', 'admin-differences': '/admin/money/differences',
    'admin-tokens': '/admin/tokens', 'admin-token-new': '/admin/tokens/new', 'admin-webhooks': '/admin/webhooks', 'admin-webhook-new': '/admin/webhooks/new', 'admin-outbox': '/admin/outbox',
  },
  'مدقق': { 'admin-audit': '/admin/audit', 'admin-access': '/admin/audit/access' },
  'مسؤول الخدمات': { 'admin-packs': '/admin/packs', 'admin-pack-new': '/admin/packs/new', 'admin-pack': '/admin/packs/identity-card/renewal', 'admin-pack-edit': '/admin/packs/identity-card/renewal/edit' },
}

export default async town => {
  for (const [kind, pages] of Object.entries(offices)) {
    const v = await town.person(kind)
    for (const [name, path] of Object.entries(pages)) {
      if (await v.go(path) !== 200) town.fault(`${kind}: ${path} answers ${v.status}`)
      await v.look(name)
    }
    await v.context.close()
  }
}

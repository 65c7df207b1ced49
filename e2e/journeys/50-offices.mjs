// Every page that the staff begin from.
const offices = {
  'موظف خدمة': { desk: '/desk', 'desk-done': '/desk/done', 'desk-search': '/desk/search', 'desk-counter': '/desk/counter' },
  'عضو لجنة المتابعة': { oversight: '/oversight', 'oversight-by-service': '/oversight?by=service', 'oversight-by-channel': '/oversight?by=channel', 'oversight-services': '/oversight/services', 'oversight-rows': '/oversight/rows?figure=closed' },
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

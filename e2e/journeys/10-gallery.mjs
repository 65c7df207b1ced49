// Every component, in both directions, light and dark.
const tabs = ['', '/forms', '/lists', '/cases', '/figures']

export default async town => {
  for (const colorScheme of ['light', 'dark']) {
    const v = await town.visitor('ar', { colorScheme })
    for (const tab of tabs) {
      if (await v.go('/gallery' + tab) !== 200) town.fault(`/gallery${tab} answers ${v.status}`)
      await v.look(`gallery${tab.replace('/', '-')}-${colorScheme}`, { twin: colorScheme === 'light', headings: ['', '/cases'].includes(tab) ? 2 : 1 }) // titles are shown there as components
    }
  }
}

// A whole application with the keyboard alone.
import assert from 'node:assert/strict'
import { card } from '../steps.mjs'

export default async town => {
  const v = await town.person('مدقق')
  const chosen = new Promise(found => v.page.once('filechooser', found)) // heard long before it is asked for
  await v.go('/services' + card)
  await press(v, 'a[href$="/apply' + card + '"]')
  if (await v.page.locator('[name="for"]').count()) await mark(v, '[name="for"]', '[name="for"][value="me"]')
  await press(v, 'main form button[type=submit]:not([tabindex="-1"])')
  await mark(v, '[name="reason"]', '[name="reason"][value="damaged"]')
  await enter(v)
  await reach(v, '[name="photo"]')
  await v.page.keyboard.press('Space')
  const chooser = await Promise.race([chosen, v.page.waitForTimeout(180_000)])
  assert.ok(chooser, 'the space bar opens no choice of files')
  await chooser.setFiles(await town.photo())
  await press(v, 'main form .actions button[type=submit]')
  for (const [name, value] of [['phone', '33123456']]) {
    await reach(v, `[name="${name}"]`)
    await v.page.keyboard.press('Control+A')
    await v.page.keyboard.type(value)
  }
  await mark(v, '[name="delivery"]', '[name="delivery"][value="post"]')
  await reach(v, '[name="truth"]')
  await v.page.keyboard.press('Space')
  await enter(v)
  await v.see('راجع إجاباتك', '3.500')
  await press(v, 'main form button[type=submit]')
  await v.see('وصل طلبك')
}

// reach presses Tab until the focus is on what is looked for, and holds that the
// focus can be seen there.
async function reach(v, where) {
  for (let i = 0; i < 150; i++) {
    await v.page.keyboard.press('Tab')
    const at = await v.page.evaluate(where => {
      const e = document.activeElement
      if (!e?.matches(where)) return null
      const s = getComputedStyle(e)
      const label = e.labels?.[0] && getComputedStyle(e.labels[0], '::before')
      return { seen: s.outlineStyle !== 'none' || s.boxShadow !== 'none' || !!label && (label.boxShadow !== 'none' || label.outlineStyle !== 'none') }
    }, where)
    if (at) return assert.ok(at.seen, `the focus cannot be seen at ${where}`)
  }
  throw new Error(`the keyboard does not reach ${where} at ${v.path}`)
}

async function press(v, where) {
  await reach(v, where)
  await v.leave(() => v.page.keyboard.press('Enter'))
}

async function enter(v) {
  await v.leave(() => v.page.keyboard.press('Enter'))
}

// mark chooses one of several with the arrow keys.
async function mark(v, group, one) {
  await reach(v, group)
  await v.page.keyboard.press('Space')
  for (let i = 0; i < 8 && !await v.page.locator(one).isChecked(); i++) await v.page.keyboard.press('ArrowDown')
  assert.ok(await v.page.locator(one).isChecked(), `${one} cannot be chosen with the keyboard`)
}

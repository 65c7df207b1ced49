// To a stranger, what is not theirs does not exist; who has another role is told so.
import assert from 'node:assert/strict'
import { begin, certificate } from '../steps.mjs'

export default async town => {
  const owner = await town.person('ولي أمر طلبة')
  const id = await begin(owner, certificate, 1)
  const hers = ['/cases/' + id, '/cases/' + id + '/apply', '/cases/' + id + '/apply/pupil', '/cases/' + id + '/check', '/cases/' + id + '/drop', '/cases/' + id + '/sent']

  const nobody = await town.visitor()
  for (const path of [...hers, '/cases', '/documents', '/inbox', '/account', '/desk', '/oversight', '/admin']) {
    await nobody.go(path)
    assert.equal(nobody.here, '/sign-in', `${path} asks nobody to sign in but answers ${nobody.status}`)
  }

  const other = await town.person('مواطن أو مقيم')
  for (const path of hers) assert.equal(await other.go(path), 404, `${path} exists for a stranger`)
  await other.look('not-theirs', { twin: false })
  for (const path of ['/desk', '/desk/cases/' + id, '/oversight', '/admin']) assert.equal(await other.go(path), 403, `${path} is open to a resident`)
  await other.look('denied', { twin: false })

  const officer = await town.person('موظف خدمة') // of another organisation
  for (const path of hers) assert.equal(await officer.go(path), 404, `${path} exists for an officer as a person`)
  assert.equal(await officer.go('/desk/cases/' + id), 404, 'a draft exists for an officer of another organisation')
  for (const path of ['/oversight', '/admin']) assert.equal(await officer.go(path), 403, `${path} is open to an officer`)

  const committee = await town.person('عضو لجنة المتابعة')
  for (const path of ['/desk', '/desk/cases/' + id, '/admin']) assert.equal(await committee.go(path), 403, `${path} is open to the committee`)
}

// A parent applies for a pupil's enrolment certificate and types nothing that the
// government knows: school, grade and year come from the pupil register. What looks
// wrong is said to be wrong; the oversight page counts what was not asked.
import assert from 'node:assert/strict'
import { begin, certificate } from '../steps.mjs'

export default async town => {
  const parent = await town.person('ولي أمر طلبة')
  const id = await begin(parent, certificate, 1)
  await parent.see('سجل الطلبة', '2026-2027')
  for (const name of ['school', 'grade', 'school_year', 'status', 'pupil']) {
    assert.equal(await parent.page.locator(`main [name="${name}"]`).count(), 0, `${name} is not asked`)
  }
  await parent.look('once-pupil')
  await parent.leave(() => parent.page.locator('main a[href$="/wrong/grade"]').click())
  await parent.look('once-wrong')
  await parent.fill({ words: 'نُقل إلى صف أعلى هذا الأسبوع' })
  await parent.press('إرسال إلى الموظف')
  await parent.see('نُقل إلى صف أعلى هذا الأسبوع')
  await parent.answer({})
  await parent.answer({ purpose: 'bank', language: 'both', delivery: 'electronic', truth: 'true' })
  await parent.press('قدّم الطلب')
  await parent.go('/cases/' + id)
  await parent.see('مراجعة شؤون الطلبة') // an officer reads what is said to be wrong
  const committee = await town.person('عضو لجنة المتابعة')
  await committee.go('/oversight/once?service=' + encodeURIComponent(certificate.slice(1)))
  await committee.see('أسئلة لم تُسأل')
  await committee.look('once-counted')
}

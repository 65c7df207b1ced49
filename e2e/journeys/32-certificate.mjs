// A parent gets a pupil's enrolment certificate at once, without anybody deciding.
import { begin, certificate, document, verify } from '../steps.mjs'

export default async town => {
  const parent = await town.person('ولي أمر طلبة')
  const id = await begin(parent, certificate, 1)
  await parent.look('certificate-pupil')
  await parent.see('سجل الطلبة') // school, grade and year come from there
  await parent.answer({})
  await parent.look('certificate-purpose')
  await parent.answer({ purpose: 'bank', language: 'both', delivery: 'electronic', truth: 'true' })
  await parent.see('راجع إجاباتك', 'نيابةً عن')
  await parent.look('certificate-check')
  await parent.press('قدّم الطلب')
  await parent.see('وصل طلبك')
  await parent.look('certificate-sent')
  await verify(town, await document(parent, id))
}

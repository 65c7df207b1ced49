// The officer asks for another photo; the applicant sends it; the officer approves.
import { applyForCard, decide, document, pay } from '../steps.mjs'

export default async town => {
  const parent = await town.person('ولي أمر طلبة')
  const id = await applyForCard(parent, { photo: await town.photo('#7a3') })
  await pay(parent)
  const officer = await town.person('موظف خدمة')
  await decide(officer, id, 'correct', { reason: 'background' })
  await parent.go('/cases')
  await parent.look('cases-owing')
  await parent.go('/cases/' + id)
  await parent.see('الخلفية ليست بيضاء')
  await parent.look('case-owing')
  await parent.follow('صحّح الآن')
  await parent.look('correct')
  await parent.fill({ photo: await town.photo() })
  await parent.press('أرسل التصحيح')
  await decide(officer, id, 'approve')
  await document(parent, id)
}

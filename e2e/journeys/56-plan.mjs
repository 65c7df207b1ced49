// A whole year of the programme, from template to closing, by clicking. The year
// that is planned is the one that ended, because a browser cannot move time; every
// date is the authority's to choose.
import assert from 'node:assert/strict'
import { inDays } from '../steps.mjs'

const year = new Date().getFullYear() - 1
const plan = `/programme/plans/${year}/iga`

export default async town => {
  const lead = await town.person('فريق الجهة القائدة')
  await prepare(lead)
  const owner = await town.person('مسؤول الخدمات')
  const head = await town.person('رئيس الجهة')
  await write(owner)
  await give(head)
  await answer(lead, owner, head)
  const member = await town.person('عضو لجنة المتابعة')
  await decide(lead, member)
  await follow(owner, head, lead)
}

// prepare makes the template and opens the cycle.
async function prepare(lead) {
  await lead.go('/programme')
  await lead.look('programme')
  await lead.go(`/programme/board/${year + 1}`) // the sample's plans of this year
  await lead.look('plan-board-year')
  await lead.go(`/programme/plans/${year + 1}/moe/follow`)
  await lead.look('plan-year')
  await lead.go('/programme')
  await lead.fill({ year })
  await lead.press('أعدّ دورة جديدة')
  assert.equal(lead.here, `/programme/cycles/${year}`)
  await lead.press('افتح الدورة')
  await lead.see('اكتب إطار السنة بالعربية والإنجليزية')
  await lead.look('programme-cycle-wrong', { twin: false })
  await lead.fill({ framework: 'تقديم الخدمة من أولها إلى آخرها دون حضور، وألا يُسأل المراجع عمّا تعرفه الدولة.', framework_en: 'Services from start to end without a visit, and nobody asked for what the state knows.' })
  await lead.fill({ ...inDays('opens', -2), ...inDays('due', 2), ...inDays('comments', 5), ...inDays('final', 9), ...inDays('closing', 30) })
  await lead.press('احفظ')
  await lead.see('حُفظ')
  await lead.look('programme-cycle')
  await lead.follow('الرؤية')
  await lead.look('programme-section')
  await lead.page.locator('#f-extra').click()
  await lead.fill({ 'extra.0.label': 'كم موظفًا تدرّب على الخدمات الرقمية؟', 'extra.0.label_en': 'How many of your staff were trained?', 'extra.0.kind': 'number', 'extra.0.needed': 'true' })
  await lead.press('احفظ')
  assert.equal(lead.here, `/programme/cycles/${year}`)
  await lead.follow('الأنظمة')
  await lead.fill({ asking: 'not' })
  await lead.press('احفظ')
  await lead.press('افتح الدورة')
  await lead.see('مفتوحة')
  await lead.look('programme-cycle-open')
}

// write fills every section of the plan.
async function write(owner) {
  await owner.go('/programme')
  await owner.press(`ابدأ خطة ${year}`)
  assert.equal(owner.here, plan + '/write')
  await owner.look('plan-write')
  await owner.follow('الرؤية')
  await owner.fill({ vision: 'هوية رقمية يحملها كل مقيم، وخدمات هوية تُنجز من المنزل.', vision_en: 'A digital identity for every resident, and identity services done from home.', own_1: '٤٢' })
  await owner.press('احفظ وتابع')
  await owner.fill({ 'rows.0.title': 'تجديد البطاقة دون حضور', 'rows.0.title_en': 'Renewing the card without a visit', 'rows.0.why': 'أكثر خدمات الهيئة طلبًا.' })
  await owner.press('احفظ وتابع')
  await owner.fill({ 'rows.0.service': 'identity-card/renewal', 'rows.0.quarter': '3', 'rows.0.level': '4' })
  await owner.page.locator('#f-rows').click()
  await owner.fill({ 'rows.1.service': 'identity/birth-certificate', 'rows.1.quarter': '4', 'rows.1.level': '4' })
  await owner.look('plan-services', { twin: false })
  await owner.press('احفظ وتابع')
  await owner.fill({ 'rows.0.title': 'مركز الصور الموحد', 'rows.0.title_en': 'One store of photographs', 'rows.0.owner': 'إدارة الهوية', 'rows.0.budget': '٤٥٬٠٠٠', 'rows.0.milestone_2': 'اختيار المورد', 'rows.0.milestone_4': 'تشغيل المخزن' })
  await owner.press('احفظ وتابع')
  await owner.fill({ 'rows.0.title': 'تطوير الأنظمة', 'rows.0.title_en': 'Systems', 'rows.0.sort': 'capital', 'rows.0.amount': 'كثير' })
  await owner.press('احفظ وتابع')
  await owner.see('المبلغ غير مفهوم')
  assert.equal(await owner.page.locator('[name="rows.0.amount"]').inputValue(), 'كثير')
  await owner.look('plan-budget-wrong', { twin: false })
  await owner.fill({ 'rows.0.amount': '120000' })
  await owner.press('احفظ وتابع')
  await owner.fill({ 'rows.0.title': 'صور قديمة لا تصلح للبطاقة', 'rows.0.title_en': 'Old photographs are not good enough', 'rows.0.solution': 'الفحص الآلي عند الرفع', 'rows.0.stands': 'partly' })
  await owner.press('احفظ وتابع')
  await owner.fill({ 'rows.0.with': 'moh', 'rows.0.data': 'بلاغ الولادة', 'rows.0.data_en': 'Notice of birth', 'rows.0.purpose': 'إصدار شهادة الميلاد دون حضور', 'rows.0.purpose_en': 'Birth certificates without a visit' })
  await owner.press('احفظ وتابع')
  await owner.look('plan-development')
  await owner.press('احفظ وتابع')
  await owner.see('ويرفعها رئيس الجهة')
  await owner.look('plan-written')
}

async function give(head) {
  await head.go(plan + '/write')
  await head.press('ارفع الخطة')
  await head.see('رُفعت الخطة إلى الجهة القائدة')
  await head.look('plan-given')
}

// answer lets the authority ask for a change, and the plan be given again.
async function answer(lead, owner, head) {
  await lead.go(`/programme/board/${year}`)
  await lead.look('plan-board')
  await lead.go(plan)
  await lead.fill({ section: 'services', kind: 'change', words: 'قدّموا شهادة الميلاد ربعًا، فالربط مع الصحة جاهز.' })
  await lead.press('أضف')
  await lead.fill({ section: 'linkages', kind: 'support', words: 'ندعم هذا الربط ونتولى تنسيقه.' })
  await lead.press('أضف')
  await lead.page.getByText('إعادة الخطة للتعديل').click()
  await lead.fill({ why: 'الخطة جيدة، وبقي تعديل واحد في الخدمات.' })
  await lead.look('plan-review')
  await lead.press('أعد الخطة')
  await lead.see('أُعيدت الخطة إلى جهتها')
  await owner.go(plan + '/write')
  await owner.see('التعديلات المطلوبة', 'قدّموا شهادة الميلاد')
  await owner.look('plan-returned')
  await owner.follow('الخدمات بحسب الأرباع')
  await owner.fill({ 'rows.1.quarter': '3' })
  await owner.leave(() => owner.page.getByRole('button', { name: 'احفظ', exact: true }).last().click())
  await head.go(plan + '/write')
  await head.press('ارفع الخطة')
}

// decide takes the plan through the authority and the committee.
async function decide(lead, member) {
  await lead.go(plan + '/changes')
  await lead.see('الربع الرابع', 'الربع الثالث')
  await lead.look('plan-changes')
  await lead.go(plan)
  await lead.press('عولجت')
  await lead.press('أقفل صياغة الخطة')
  await lead.see('أُقفلت صياغة الخطة')
  await member.go(plan)
  await member.look('plan-final')
  await member.press('اعتمد الخطة')
  await member.see('اعتُمدت الخطة')
  await member.look('plan-approved')
}

// follow reports on a quarter, accounts for the year and closes it.
async function follow(owner, head, lead) {
  await owner.go(plan + '/follow')
  await owner.leave(() => owner.page.locator('#q4 a').click())
  await owner.look('plan-report')
  await owner.fill({ words: 'اكتمل الربط مع وزارة الصحة في نوفمبر.', obstacles: 'تأخر توريد الخوادم شهرًا.', milestones: '0' })
  await owner.press('احفظ')
  await owner.see('حُفظ التقرير', 'اكتمل الربط مع وزارة الصحة', 'تشغيل المخزن')
  await owner.look('plan-followed')
  await owner.follow('اكتب تقرير الإغلاق')
  const fates = owner.page.locator('main [name^="fate_"]')
  for (const name of new Set(await fates.evaluateAll(list => list.map(e => e.name)))) {
    await owner.fill({ [name]: 'next', [name.replace('fate', 'why')]: 'لم يكتمل الربط إلا في نهاية السنة.' })
  }
  await owner.fill({ stands_1: 'solved', solution_1: 'الفحص الآلي عند الرفع أنهى إعادة الصور.', words: 'سنة الخدمة دون حضور.', lessons: 'يبدأ الربط قبل التصميم.' })
  await owner.look('plan-closing')
  await owner.press('احفظ')
  await head.go(plan + '/follow')
  await head.press('ارفع تقرير الإغلاق')
  await lead.go(plan + '/follow')
  await lead.press('أغلق الخطة')
  await lead.see('أُغلقت الخطة', 'يبدأ الربط قبل التصميم')
  await lead.look('plan-closed')
  await lead.go(`/programme/cycles/${year}`)
  await lead.press('إغلاق الدورة')
  await lead.see('أُغلقت هذه الدورة')
}

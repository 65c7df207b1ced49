// Anybody has a document's file checked, without an account: the PDF as it was
// downloaded, then with one byte changed, then something that is no document.
import { begin, certificate, document } from '../steps.mjs'

export default async town => {
  const parent = await town.person('ولي أمر طلبة')
  const id = await begin(parent, certificate, 1)
  await parent.answer({})
  await parent.answer({ purpose: 'bank', language: 'both', delivery: 'electronic', truth: 'true' })
  await parent.press('قدّم الطلب')
  await parent.see('وصل طلبك')
  await document(parent, id)
  const pdf = await (await parent.context.request.get(parent.page.url() + '/pdf')).body()

  const clerk = await town.visitor()
  await clerk.go('/verify')
  await clerk.follow('لديّ ملف PDF')
  await clerk.look('verify-file')
  const file = buffer => ({ file: { name: 'شهادة.pdf', mimeType: 'application/pdf', buffer } })

  await clerk.fill(file(pdf))
  await clerk.press('تحقق')
  await clerk.see('صحيحة وسارية', 'كيف عرفنا', 'كل بايت')
  await clerk.look('verify-file-valid', { twin: false })

  const changed = Buffer.from(pdf)
  changed[pdf.length >> 1] ^= 1
  await clerk.fill(file(changed))
  await clerk.press('تحقق')
  await clerk.see('لا يُعتدّ بها', 'تغيّر الملف بعد توقيعه')
  await clerk.look('verify-file-changed', { twin: false })

  await clerk.fill({ text: 'HC1:6BFOXN%TS3DH0YOJ58S' })
  await clerk.press('تحقق')
  await clerk.see('لا نعرفها', 'دولة أخرى')

  await clerk.press('تحقق') // nothing at all
  await clerk.see('اختر ملفًا')
}

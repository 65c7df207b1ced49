// The same application in a browser that runs no scripts.
import { applyForCard, pay } from '../steps.mjs'

export default async town => {
  const v = await town.person('مسؤول الخدمات', 'ar', { javaScriptEnabled: false })
  await applyForCard(v, { reason: 'damaged' })
  await pay(v)
}

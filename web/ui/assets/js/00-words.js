// Everything here only improves pages that work without it.
'use strict';
const rtl = document.documentElement.dir === 'rtl';
// The few words scripts themselves say.
const words = rtl ? {
  kept: 'أعدنا ما كنت قد كتبته هنا ولم ترسله.', drop: 'ابدأ من جديد', left: 'بقي {0}', over: 'زاد {0}', big: 'هذا الملف أكبر من المسموح به.',
  passkey: 'لم يكتمل استخدام مفتاح المرور. حاول مرة أخرى، أو استخدم رمزًا يصلك برسالة.', nowhere: 'تعذّر تحديد موقعك. اكتب الإحداثيات بنفسك.', more: 'ظهر سؤال: {0}'
} : {
  kept: 'We put back what you had typed here and not sent.', drop: 'Start again', left: '{0} left', over: '{0} too many', big: 'This file is larger than allowed.',
  passkey: 'The passkey was not used. Try again, or ask for a code by message.', nowhere: 'Your location could not be found. Type the coordinates yourself.', more: 'New question: {0}'
};
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const on = (target, name, handler) => target && target.addEventListener(name, handler);
const element = (tag, className, text) => {
  const e = document.createElement(tag);
  e.className = className;
  e.textContent = text;
  return e;
};

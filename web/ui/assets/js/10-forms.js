// Forms: one sending per press, what was typed is kept, conditions, counts.
on(document, 'submit', event => {
  const form = event.target;
  if (form.method === 'dialog' || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  all('button[type=submit],button:not([type])', form).forEach(b => b.setAttribute('aria-busy', 'true'));
  setTimeout(() => release(form), 8000);
});
const release = form => {
  delete form.dataset.sent;
  all('[aria-busy]', form).forEach(b => b.removeAttribute('aria-busy'));
};
on(window, 'pageshow', () => all('form').forEach(release)); // the back button brings the form back alive

// Drafts live in this tab only and go when the form has been taken.
const keepKey = form => 'keep:' + location.pathname.replace(/^\/(ar|en)(?=\/|$)/, '') + '#' + (form.dataset.keep || '');
const readForm = form => Array.from(new FormData(form)).filter(([name, v]) => typeof v === 'string' && !name.startsWith('_'));
const writeForm = (form, pairs) => {
  for (const e of form.elements) if (e.type === 'radio' || e.type === 'checkbox') e.checked = false;
  const used = {};
  for (const [name, value] of pairs) {
    const same = Array.from(form.elements).filter(e => e.name === name && e.type !== 'file' && e.type !== 'hidden' && e.type !== 'submit');
    const box = same.find(e => e.type === 'radio' || e.type === 'checkbox');
    if (box) { same.forEach(e => { if (e.value === value) e.checked = true; }); continue; }
    const e = same[used[name] = (used[name] ?? -1) + 1];
    if (e) e.value = value;
  }
};
// A sent draft is forgotten when the next page shows that it was taken: not
// when it says the contrary (data-unsent), and not after reload or back.
const settleDrafts = () => {
  const came = performance.getEntriesByType('navigation')[0]?.type;
  const taken = came === 'navigate' && !document.querySelector('[data-unsent]');
  Object.keys(sessionStorage).filter(k => k.startsWith('keep:') && k.endsWith('!')).forEach(flag => {
    sessionStorage.removeItem(flag);
    if (taken) sessionStorage.removeItem(flag.slice(0, -1));
  });
};
const keepDraft = form => {
  const key = keepKey(form), fresh = JSON.stringify(readForm(form));
  const kept = sessionStorage.getItem(key);
  if (kept && kept !== fresh) {
    writeForm(form, JSON.parse(kept));
    const note = element('div', 'kept', words.kept);
    note.setAttribute('role', 'status');
    const drop = element('button', 'link', words.drop);
    drop.type = 'button';
    on(drop, 'click', () => { sessionStorage.removeItem(key); writeForm(form, JSON.parse(fresh)); note.remove(); conditions(); });
    note.append(drop);
    form.prepend(note);
  }
  const keep = () => sessionStorage.setItem(key, JSON.stringify(readForm(form)));
  let timer;
  on(form, 'input', () => { clearTimeout(timer); timer = setTimeout(keep, 400); });
  on(form, 'submit', () => { clearTimeout(timer); keep(); sessionStorage.setItem(key + '!', 'sent'); });
};

// data-when="name=value": shown only when the answer is that.
const conditions = () => all('[data-when]').forEach(e => {
  const [name, value] = e.dataset.when.split('=');
  const form = e.closest('form');
  const given = form ? new FormData(form).getAll(name) : [];
  e.hidden = !given.includes(value);
});

const counts = (root = document) => all('[data-count]', root).forEach(box => {
  const note = document.querySelector(`[data-count-of="${CSS.escape(box.id)}"]`);
  const show = () => {
    const left = box.dataset.count - Array.from(box.value).length;
    note.textContent = (left < 0 ? words.over : words.left).replace('{0}', Math.abs(left));
    note.classList.toggle('count-over', left < 0);
  };
  if (note) { on(box, 'input', show); show(); }
});

const locates = (root = document) => { if (navigator.geolocation) all('[data-locate]', root).forEach(b => { b.hidden = false; }); };

// data-live: the server shows the page as the answers make it, and what is new
// comes in, what is no longer asked goes, what is worked out is written anew.
const gone = new Map(); // fields that went, as they were left
const nearest = (field, step) => {
  for (let e = field[step]; e; e = e[step]) if (e.id && document.getElementById(e.id)) return document.getElementById(e.id);
};
const bringIn = field => {
  const before = nearest(field, 'previousElementSibling'), after = nearest(field, 'nextElementSibling');
  const node = gone.get(field.id) ?? document.importNode(field, true);
  if (before) before.after(node); else if (after) after.before(node); else return '';
  counts(node);
  locates(node);
  return node.querySelector('.label')?.textContent.trim() ?? '';
};
const optionsIn = field => all('option,[type=radio],[type=checkbox]', field).map(o => o.value).join();
const merge = (form, fresh) => {
  for (const old of all('.field[id]', form)) {
    const now = fresh.querySelector('#' + CSS.escape(old.id));
    if (!now) { gone.set(old.id, old); old.remove(); continue; }
    if (optionsIn(old) !== optionsIn(now) && !old.querySelector('.field') && !old.contains(document.activeElement)) old.replaceWith(document.importNode(now, true));
    for (const value of all('[data-computed]', now)) document.getElementById(value.id).replaceChildren(...document.importNode(value, true).childNodes);
  }
  const came = [];
  for (const field of all('.field[id]', fresh)) if (!document.getElementById(field.id)) came.push(bringIn(field));
  form.elements._asked.value = fresh.elements._asked.value;
  return came.filter(Boolean);
};
const liven = form => {
  const note = element('p', 'sr', '');
  note.setAttribute('role', 'status');
  form.append(note);
  let turn = 0;
  const ask = async () => {
    const mine = ++turn, body = new URLSearchParams(Array.from(new FormData(form)).filter(([, v]) => typeof v === 'string'));
    body.set('_live', '1');
    try {
      const answer = await fetch(form.action, { method: 'POST', body });
      const fresh = answer.status === 200 && new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('form[data-live]');
      if (!fresh || mine !== turn || form.dataset.sent || fresh.getAttribute('action') !== form.getAttribute('action')) return;
      const came = merge(form, fresh);
      if (came.length) note.textContent = words.more.replace('{0}', came.join(rtl ? '، ' : ', '));
    } catch { /* without the network the questions come after "continue" */ }
  };
  on(form, 'change', event => { if (event.target.type !== 'file') ask(); });
  if (form.querySelector('.kept') || performance.getEntriesByType('navigation')[0]?.type === 'back_forward') ask();
};

on(document, 'change', event => {
  const file = event.target;
  if (file.type !== 'file' || !file.dataset.maxKb) return;
  const big = Array.from(file.files).some(f => f.size > file.dataset.maxKb * 1024);
  file.setCustomValidity(big ? words.big : '');
  if (big) file.reportValidity();
});

on(document, 'click', event => {
  const button = event.target.closest('[data-locate]');
  if (!button) return;
  const set = (part, value) => { button.closest('[data-point]').querySelector(`[data-part=${part}]`).value = value.toFixed(6); };
  navigator.geolocation.getCurrentPosition(
    p => { set('lat', p.coords.latitude); set('lng', p.coords.longitude); },
    () => button.after(element('p', 'error', words.nowhere)));
});

// What somebody changes no longer comes from the register.
on(document, 'input', event => {
  const source = event.target.closest('.field')?.querySelector('.source');
  if (source) source.style.visibility = 'hidden'; // its place stays, so that nothing jumps
});

settleDrafts();
all('form[data-keep]').forEach(keepDraft);
all('form[data-live]').forEach(liven);
if (document.querySelector('[data-when]')) { conditions(); on(document, 'input', conditions); }
counts();
locates();
all('[data-print]').forEach(b => { b.hidden = false; on(b, 'click', () => window.print()); });
document.querySelector('[data-focus]')?.focus();

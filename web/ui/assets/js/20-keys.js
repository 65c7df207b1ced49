// Keyboard on lists of work: table[data-keys]. j/k move, Enter opens, x marks, c takes.
const rows = all('table[data-keys] tbody tr');
let here = -1;
const go = to => {
  if (!rows.length) return;
  rows[here]?.classList.remove('is-here');
  here = Math.max(0, Math.min(rows.length - 1, to));
  rows[here].classList.add('is-here');
  rows[here].scrollIntoView({ block: 'nearest' });
  rows[here].querySelector('a')?.focus({ preventScroll: true });
};
const mark = () => {
  const box = rows[here]?.querySelector('input[type=checkbox]');
  if (box) { box.checked = !box.checked; box.dispatchEvent(new Event('change', { bubbles: true })); }
};
// Keys are known by their place, so that an Arabic keyboard works too.
const actions = {
  KeyJ: () => go(here + 1), KeyK: () => go(here - 1), KeyX: mark, KeyC: () => rows[here]?.querySelector('[data-claim]')?.click(),
  Enter: () => rows[here]?.querySelector('a')?.click(),
  Slash: event => event.shiftKey ? document.querySelector('[data-keys-help]')?.showModal() : document.querySelector('input[type=search]')?.focus()
};
on(document, 'keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input,select,textarea,dialog')) return;
  if (event.code === 'Enter' && event.target.closest('a,button,summary')) return;
  const act = actions[event.code];
  if (!act || (!rows.length && event.code !== 'Slash')) return;
  event.preventDefault();
  act(event);
});
on(document, 'change', event => {
  const row = event.target.closest('table[data-keys] tbody tr');
  if (row && event.target.type === 'checkbox') row.setAttribute('aria-selected', event.target.checked);
});
on(document.querySelector('[data-mark-all]'), 'change', event =>
  all('table[data-keys] tbody input[type=checkbox]').forEach(box => { box.checked = event.target.checked; box.dispatchEvent(new Event('change', { bubbles: true })); }));

// Keyboard on lists of work: table[data-keys]. j/k move, Enter opens, x marks, c takes.
// Anywhere: data-key="n" on a link or button is pressed by n, and on anything else
// takes the focus to the field inside; data-key-choices lets 1 to 9 choose among its
// radio buttons; Ctrl+Enter inside a form[data-key-send] sends it by its last button.
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
const help = () => document.querySelector('[data-keys-help]')?.showModal();
const search = () => {
  const box = document.querySelector('input[type=search]');
  if (box) box.focus(); else document.querySelector('a[href$="/search"]')?.click();
};
// Keys are known by their place, so that an Arabic keyboard works too; the question
// mark also by itself, as its place differs between keyboards.
const actions = {
  KeyJ: () => go(here + 1), KeyK: () => go(here - 1), KeyX: mark, KeyC: () => rows[here]?.querySelector('[data-claim]')?.click(),
  Enter: () => rows[here]?.querySelector('a')?.click(),
  Slash: event => event.shiftKey ? help() : search()
};
const press = key => {
  const it = document.querySelector(`[data-key="${key}"]`);
  if (!it) return false;
  if (it.matches('a,button')) it.click();
  else (it.querySelector(':checked') ?? it.querySelector('input:not([type=hidden]),select,textarea'))?.focus();
  return true;
};
const choose = n => {
  const box = all('[data-key-choices] input[type=radio]').filter(b => b.name === document.querySelector('[data-key-choices] input[type=radio]').name)[n - 1];
  if (!box) return false;
  box.focus();
  box.click();
  return true;
};
const sendOf = form => all('button[type=submit]', form).filter(b => !b.formNoValidate && b.tabIndex >= 0).at(-1);
on(document, 'keydown', event => {
  const sent = (event.ctrlKey || event.metaKey) && event.code === 'Enter' && event.target.closest('form[data-key-send]');
  if (sent) {
    event.preventDefault();
    sendOf(sent)?.click();
  }
  const typing = event.target.closest('input:not([type=radio],[type=checkbox]),select,textarea,dialog[open]'); // a dialog just closed may still hold the focus
  if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
  if (digit && !event.shiftKey && choose(digit) || letter && !rows.length && press(letter) || letter === 'n' && press('n')) return event.preventDefault();
  if (event.target.closest('input')) return;
  if (event.code === 'Enter' && event.target.closest('a,button,summary')) return;
  const act = event.key === '?' || event.key === '؟' ? help : actions[event.code];
  if (!act || (!rows.length && act !== help && event.code !== 'Slash')) return;
  event.preventDefault();
  act(event);
});
on(document, 'change', event => {
  const row = event.target.closest('table[data-keys] tbody tr');
  if (row && event.target.type === 'checkbox') row.setAttribute('aria-selected', event.target.checked);
});
on(document.querySelector('[data-mark-all]'), 'change', event =>
  all('table[data-keys] tbody input[type=checkbox]').forEach(box => { box.checked = event.target.checked; box.dispatchEvent(new Event('change', { bubbles: true })); }));

// The page: what was scanned, what it is worth, and how that is known.
const app = document.querySelector('[data-verify]');
const part = name => app.querySelector(`[data-verify-${name}]`);
const fill = (text, args = []) => text.replace(/\{(\d)\}/g, (_, n) => args[n] ?? '');
const make = (tag, text, className) => { const e = document.createElement(tag); if (text) e.textContent = text; if (className) e.className = className; return e; };
const clean = text => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g, '').slice(0, 2000);
const inOur = text => (typeof text === 'string' ? text : text?.[document.documentElement.lang] ?? text?.ar ?? text?.en ?? '');
const locale = arabic ? 'ar-BH-u-nu-latn-ca-gregory' : 'en-GB';
const dated = ms => new Intl.DateTimeFormat(locale, {dateStyle: 'long'}).format(ms);
const moment = ms => new Intl.DateTimeFormat(locale, {dateStyle: 'medium', timeStyle: 'short'}).format(ms);
const isolated = s => '\u2068' + clean(String(s)) + '\u2069';

// shown writes a claim's value for people.
const shown = (v, kind) => {
  if (typeof v === 'boolean') return v ? phrases.yes : phrases.no;
  if (typeof v === 'number') return new Intl.NumberFormat(locale, {useGrouping: false}).format(v);
  if (Array.isArray(v)) return v.map(x => shown(x)).join(arabic ? '، ' : ', ');
  if (v instanceof Map) return clean(v.get(document.documentElement.lang) ?? v.values().next().value);
  return kind === 'date' && /^\d{4}-\d\d-\d\d$/.test(v) ? new Intl.DateTimeFormat(locale, {dateStyle: 'long', timeZone: 'UTC'}).format(Date.parse(v)) : clean(v);
};

const pairs = v => {
  const s = v.seal, out = [];
  out.push([phrases.type, clean(inOur(v.type?.title) || s.type)], [phrases.issuer, clean(inOur(v.entity?.name) || s.issuer)], [phrases.number, clean(s.number)]);
  const labels = new Map((v.type?.claims ?? []).map(c => [c.name, c]));
  const order = [...labels.keys()].filter(n => s.claims.has(n)).concat([...s.claims.keys()].filter(n => !labels.has(n)));
  for (const n of order) out.push([clean(inOur(labels.get(n)?.label) || n), shown(s.claims.get(n), labels.get(n)?.kind)]);
  out.push([phrases.issued, dated(s.issued * 1000)]);
  if (s.expires) out.push([phrases.until, dated(s.expires * 1000)]);
  return out;
};

// told reports what may be shown of a seal: nothing that its issuer did not sign.
const told = v => v.seal && v.entity && !['altered', 'unknown', 'foreign'].includes(v.state);
const argument = a => isolated(typeof a === 'number' && a > 1e11 ? moment(a) : typeof a === 'object' ? inOur(a) : a);

const show = v => {
  const [tone, title, text] = states[v.state] ?? states.unsure, out = part('result');
  const box = make('div', '', `verdict notice notice-${tone}`), words = make('div'), icon = app.querySelector('template').content.querySelector(`[data-icon=${tone === 'info' ? 'good' : tone}]`);
  const alone = app.dataset.verify === 'verdict', heading = make(alone ? 'h1' : 'h2', title, 'verdict-title');
  words.append(heading, make('p', text));
  box.append(...Array.from(icon.childNodes, n => n.cloneNode(true)), words);
  out.replaceChildren(box);
  if (told(v)) {
    const list = make('dl', '', 'summary');
    for (const [k, value] of pairs(v)) { const row = make('div'), dd = make('dd'); dd.append(make('bdi', value)); row.append(make('dt', k), dd); list.append(row); }
    out.append(make('p', phrases.compare, 'quiet'), list);
  }
  const known = v.findings.filter(f => findings[f.what]);
  if (told(v) && v.seal.left) known.push({grade: 'note', what: 'left', args: [v.seal.left]});
  if (known.length) {
    const list = make('ul', '', 'verdict-findings');
    for (const f of known) list.append(make('li', fill(findings[f.what], f.args.map(argument)), 'grade-' + f.grade));
    out.append(make(alone ? 'h2' : 'h3', phrases.how), list);
  }
  out.dataset.state = v.state;
  heading.tabIndex = -1;
  heading.focus();
};

let trust = null; // a promise of the list
const severity = ['altered', 'revoked', 'replaced', 'suspended', 'unknown', 'unsure', 'expired'];
// judged adds what the server says now, when it can be asked.
const judged = async text => {
  const ask = t => verdictOn(text, {now: Date.now(), trust: t, status: t.list ? statusFrom(t) : null, host: location.host});
  let t = await trust, v = await ask(t);
  if (v.findings.some(f => f.what === 'newer')) { trust = loadTrust(); t = await trust; v = await ask(t); }
  if (t.list && t.problem) v.findings.push({grade: 'bad', what: t.problem, args: []});
  if (!v.seal || !v.entity || v.scan.host && v.scan.host !== location.host) return v;
  const here = app.dataset.code === v.seal.code && {state: app.dataset.state, words: JSON.parse(app.dataset.words)};
  const now = here || await fetched('/api/v1/verify/' + encodeURIComponent(v.seal.code), 'application/json', 5000).then(JSON.parse).catch(() => null);
  if (now?.state === 'unknown') { v.findings.push({grade: 'bad', what: 'servernot', args: []}); if (v.state === 'valid') v.state = 'unsure'; return v; }
  const ours = v.state === 'valid' ? 99 : severity.indexOf(v.state);
  if (now && states[now.state]) {
    v.findings.push({grade: now.state === 'valid' ? 'good' : 'bad', what: 'server', args: [inOur(now.words)]});
    if (severity.includes(now.state) && severity.indexOf(now.state) < ours) v.state = now.state;
  } else if (v.state === 'valid' && v.findings.some(f => ['nostatus', 'notchecked', 'badstatus'].includes(f.what))) v.state = 'genuine';
  return v;
};
const judge = async text => {
  document.querySelectorAll('[data-verify-server]').forEach(e => e.remove()); // its answer is part of ours
  try { show(await judged(text)); } catch (e) { console.error(e); show({state: 'unsure', findings: [], seal: null}); }
};

const say = text => { part('say').textContent = text; };
const takePicture = async file => {
  say(phrases.reading);
  try {
    const text = await readPicture(file);
    say('');
    if (text) await judge(text); else show({state: 'noqr', findings: [], seal: null});
  } catch { say(phrases.badfile); }
};

const cameraButtons = () => {
  const button = part('camera'), light = part('torch'), eye = camera(part('video'), text => { off(); judge(text); });
  const off = () => { eye.stop(); button.textContent = phrases.start; light.hidden = true; say(''); };
  if (!navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    if (eye.on) return off();
    try {
      const track = await eye.start();
      button.textContent = phrases.stop;
      say(phrases.looking);
      if (!track.getCapabilities?.().torch) return;
      let lit = false;
      light.hidden = false;
      light.onclick = () => { lit = !lit; light.setAttribute('aria-pressed', lit); track.applyConstraints({advanced: [{torch: lit}]}).catch(() => {}); };
    } catch { off(); say(phrases.nocamera); }
  });
};

const listen = () => {
  part('file').addEventListener('change', e => { if (e.target.files[0]) takePicture(e.target.files[0]); e.target.value = ''; });
  document.addEventListener('dragover', e => e.preventDefault());
  document.addEventListener('drop', e => { e.preventDefault(); const f = e.dataTransfer.files[0]; if (f) takePicture(f); else judge(e.dataTransfer.getData('text')); });
  document.addEventListener('paste', e => {
    const f = e.clipboardData.files[0], text = e.clipboardData.getData('text');
    if (f) takePicture(f); else if (scanOf(text).kind === 'sealed') { e.preventDefault(); judge(text); }
  });
  for (const form of document.querySelectorAll('form[data-verify-form]')) form.addEventListener('submit', e => {
    const text = form.elements.code.value, scan = scanOf(text);
    if (scan.kind === 'coded' && navigator.onLine || scan.kind === 'nothing' && text.length < 60 && navigator.onLine) return; // the server answers
    e.preventDefault();
    judge(text);
  });
};

const begin = async () => {
  if (!app || !globalThis.crypto?.subtle || !globalThis.caches) return; // the server answers, as without scripts
  app.hidden = false;
  trust = loadTrust();
  listen();
  cameraButtons();
  const address = location.href;
  if (location.hash.length > 20) history.replaceState(null, '', location.pathname); // what the seal says does not stay in the address
  if (scanOf(address).kind !== 'nothing' && (address.includes('#') || app.dataset.verify === 'shell')) await judge(address);
  await settle().catch(() => {});
  const t = await trust;
  part('ready').textContent = t.list ? fill(phrases.ready, [t.list.number, dated(t.list.issued), inOur(t.list.authority?.name), '\u2066' + await fingerprint(fromBase64(t.kept.root)) + '\u2069'])
    : fill(phrases.notready, [findings[t.problem] ?? '']);
  part('ready').dataset.ready = t.list ? 'yes' : 'no';
};
begin();

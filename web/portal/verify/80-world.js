// What this device keeps: the page itself, the trust list and the status lists.
const shelf = 'diwan-verify-1', listAt = '/.well-known/diwan-trust-list', memory = 'diwan-verify';
const kept = () => { try { return JSON.parse(localStorage.getItem(memory)); } catch { return null; } };
const shelfOf = () => caches.open(shelf);
const fetched = async (url, accept, ms = 8000) => {
  const r = await fetch(url, {credentials: 'omit', cache: 'no-cache', headers: accept ? {Accept: accept} : {}, signal: AbortSignal.timeout(ms)});
  if (!r.ok) throw new Error('answer ' + r.status);
  return r.text();
};
const shelved = async url => (await (await shelfOf()).match(url))?.text();
const shelve = async (url, text) => (await shelfOf()).put(url, new Response(text));

// loadTrust takes the newest list that can be trusted: from the network, else kept.
const loadTrust = async () => {
  const before = kept();
  let problem = '';
  const take = async text => {
    const {list, kept: now} = await openTrust(text, before);
    return {list, kept: now};
  };
  const fresh = await fetched(listAt).catch(() => '');
  if (fresh) try {
    const t = await take(fresh);
    localStorage.setItem(memory, JSON.stringify(t.kept));
    await shelve(listAt, fresh);
    return t;
  } catch (e) { problem = ['forged', 'back', 'fork'].includes(e.message) ? e.message : 'list_unreadable'; }
  if (problem === 'fork') return {problem};
  const old = before && await shelved(listAt);
  if (old) try { return {...await take(old), problem}; } catch { /* nothing that can be relied on */ }
  return {problem: problem || 'nolist'};
};

const opened = new Map(); // address → status list, while the page is open
const statusFrom = trust => async (uri, issuer) => {
  const url = new URL(uri, location.href);
  if (url.origin !== location.origin) return null;
  const known = opened.get(uri);
  if (known && Date.now() - known.at < 60_000) return known.list;
  const open = async text => {
    const list = await openStatus(text, uri, trust.list, issuer);
    opened.set(uri, {list, at: Date.now()});
    return list;
  };
  const fresh = await fetched(url, 'application/statuslist+jwt').catch(() => '');
  if (fresh) {
    const list = await open(fresh);
    await shelve(url.href, fresh);
    return list;
  }
  const old = await shelved(url.href);
  return old ? open(old) : null;
};

// stock keeps every status list, as far as there is room, and the page itself.
const stock = async () => {
  const all = JSON.parse(await fetched('/status', 'application/json').catch(() => '{}')).status_lists ?? [];
  let size = 0;
  for (const uri of all.slice(0, 200)) {
    const url = new URL(uri, location.href);
    if (url.origin !== location.origin || size > 12 << 20) continue;
    const text = await fetched(url, 'application/statuslist+jwt').catch(() => '');
    size += text.length;
    if (text) await shelve(url.href, text);
  }
};
const keepPage = async () => {
  const cache = await shelfOf(), pages = ['/ar/verify', '/en/verify'];
  const parts = Array.from(document.querySelectorAll('link[rel=stylesheet],link[rel=icon],script[src]'), e => e.href || e.src);
  const fonts = performance.getEntriesByType('resource').map(e => e.name).filter(n => n.endsWith('.woff2'));
  const wanted = [...new Set([...parts, ...fonts])].filter(u => new URL(u).origin === location.origin);
  await Promise.all([...pages, ...wanted].map(async u => { // without the cookies: nobody's name is kept
    if (!pages.includes(u) && await cache.match(u)) return;
    const r = await fetch(u, {credentials: 'omit'});
    if (r.ok) await cache.put(u, r);
  }));
  await cache.put('/verify/language', new Response(document.documentElement.lang));
  for (const r of await cache.keys()) { // of earlier versions
    const u = new URL(r.url);
    if (/^\/(assets|verify\/app)\//.test(u.pathname) && !u.pathname.endsWith('.woff2') && !wanted.includes(u.href)) await cache.delete(r);
  }
};
const settle = async () => {
  const scopes = ['/verify', '/v/', '/V/'].flatMap(p => ['', '/ar', '/en'].map(l => l + p));
  if ('serviceWorker' in navigator) await Promise.all(scopes.map(scope => navigator.serviceWorker.register('/verify/worker.js', {scope})));
  await keepPage();
  await stock();
};

// Answers for the verification page when there is no network: the page itself,
// its styles and its script, which the page has put on the shelf. Nothing else.
'use strict';
const shelf = 'diwan-verify-1';
const ours = /^(?:\/(ar|en))?\/(?:verify|[vV]\/[^/]+)\/?$/;
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', event => {
  const {request} = event, url = new URL(request.url), page = ours.exec(url.pathname);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && page) event.respondWith(fetch(request).catch(() => kept(page[1], request)));
  else if (/^\/(assets|verify\/app)\//.test(url.pathname)) event.respondWith(caches.open(shelf).then(c => c.match(request.url)).then(r => r ?? fetch(request)));
});
const kept = async (lang, request) => {
  const cache = await caches.open(shelf), last = await cache.match('/verify/language');
  return await cache.match(`/${lang ?? (last ? await last.text() : 'ar')}/verify`) ?? fetch(request);
};

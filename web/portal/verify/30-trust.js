// The trust list: a JWS by the authority's root. The root that this device saw
// first is kept; later lists must come from it or from a root that it certified.
const slack = 5 * 60_000, longestList = 16 << 20;

// der reads one element of DER and what follows it.
const der = (b, at = 0) => {
  let n = b[at + 1], from = at + 2;
  if (n === undefined) throw new Error('der');
  if (n & 0x80) {
    const size = n & 0x7f;
    if (size < 1 || size > 3) throw new Error('der');
    n = 0;
    for (let i = 0; i < size; i++) n = n << 8 | b[from + i];
    from += size;
  }
  if (!(from + n <= b.length)) throw new Error('der');
  return {tag: b[at], whole: b.subarray(at, from + n), body: b.subarray(from, from + n), next: from + n};
};
const derList = b => {
  const out = [];
  for (let at = 0; at < b.length;) { const e = der(b, at); out.push(e); at = e.next; }
  return out;
};

// certificate reads what a chain of roots is checked by: RFC 5280 §4.1.
const certificate = raw => {
  const top = der(raw);
  const [tbs, algorithm, signature] = derList(top.body);
  if (top.next !== raw.length || hex(derList(algorithm.body)[0].body) !== '2a8648ce3d040302') throw new Error('certificate');
  const parts = derList(tbs.body), first = parts[0].tag === 0xa0 ? 1 : 0;
  const [issuer, validity, subject, spki] = [2, 3, 4, 5].map(n => parts[first + n]);
  const c = {raw, tbs: tbs.whole, signature: rawSignature(signature.body.subarray(1)), spki: spki.whole, issuer: hex(issuer.whole), subject: hex(subject.whole), ca: false, signs: false};
  [c.from, c.until] = derList(validity.body).map(timeOf);
  const extensions = parts.find(p => p.tag === 0xa3);
  for (const e of extensions ? derList(der(extensions.body).body) : []) {
    const all = derList(e.body), value = all[all.length - 1].body, id = hex(all[0].body);
    if (id === '551d13') c.ca = derList(der(value).body)[0]?.tag === 1;
    if (id === '551d0f') c.signs = (der(value).body[1] & 4) !== 0;
  }
  return c;
};
const timeOf = e => {
  const s = utf8(e.body), year = e.tag === 0x17 ? (+s.slice(0, 2) < 50 ? '20' : '19') + s.slice(0, 2) : s.slice(0, 4), rest = s.slice(e.tag === 0x17 ? 2 : 4);
  return Date.parse(`${year}-${rest.slice(0, 2)}-${rest.slice(2, 4)}T${rest.slice(4, 6)}:${rest.slice(6, 8)}:${rest.slice(8, 10)}Z`);
};

// rawSignature turns the DER of an ECDSA signature into the 64 bytes of WebCrypto.
const rawSignature = b => {
  const out = new Uint8Array(64);
  derList(der(b).body).forEach((e, n) => {
    const v = e.body[0] === 0 ? e.body.subarray(1) : e.body;
    if (v.length > 32) throw new Error('signature');
    out.set(v, 32 * n + 32 - v.length);
  });
  return out;
};
const keyOfCertificate = c => crypto.subtle.importKey('spki', c.spki, p256, false, ['verify']);
const certifies = async (issuer, c) => c.issuer === issuer.subject && crypto.subtle.verify(es256, await keyOfCertificate(issuer), c.signature, c.tbs);
const equal = (a, b) => a.length === b.length && a.every((v, n) => v === b[n]);
const fingerprint = async raw => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', raw))).toUpperCase().match(/../g).join(' ');

// leadsTo checks that roots certify one another until the pinned one does.
const leadsTo = async (chain, pinned) => {
  for (const [n, c] of chain.entries()) {
    if (!c.ca || !c.signs) return false;
    if (equal(c.spki, pinned.spki) || await certifies(pinned, c)) return true;
    if (n + 1 < chain.length && !await certifies(chain[n + 1], c)) return false;
  }
  return false;
};

// partsOf reads a compact JWS without believing it.
const partsOf = text => {
  const parts = text.trim().split('.');
  if (parts.length !== 3) throw new Error('jws');
  return {head: JSON.parse(utf8(fromBase64(parts[0]))), body: JSON.parse(utf8(fromBase64(parts[1]))), signature: fromBase64(parts[2]), signed: asBytes(parts[0] + '.' + parts[1])};
};

// openTrust checks a list against what this device keeps: {root, number, digest},
// or null at the first opening. It returns the list and what to keep from now on.
const openTrust = async (text, kept) => {
  if (text.length > longestList) throw new Error('list');
  const {head, body, signature, signed} = partsOf(text);
  if (head.alg !== 'ES256' || head.typ !== 'diwan-trust-list+jws' || !Array.isArray(head.x5c) || !head.x5c.length || head.x5c.length > 8) throw new Error('list');
  const chain = head.x5c.map(x => certificate(fromBase64(x)));
  const pinned = kept ? certificate(fromBase64(kept.root)) : chain[chain.length - 1];
  if (!await leadsTo(chain, pinned) || !await crypto.subtle.verify(es256, await keyOfCertificate(chain[0]), signature, signed)) throw new Error('forged');
  if (body.format !== 1 || !Number.isInteger(body.number) || body.number < 1 || !Array.isArray(body.entities)) throw new Error('list');
  if (chain.some(c => body.issued < c.from - slack || body.issued > c.until)) throw new Error('forged');
  const digest = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', asBytes(text.trim()))));
  if (kept && body.number < kept.number) throw new Error('back');
  if (kept && body.number === kept.number && digest !== kept.digest) throw new Error('fork');
  return {list: body, kept: {root: kept?.root ?? head.x5c[head.x5c.length - 1], number: body.number, digest}};
};

// findKey returns the key kid and the entity whose it is.
const findKey = (list, kid) => {
  for (const entity of list.entities) for (const key of entity.keys ?? []) if (key.kid === kid) return {entity, key};
  return null;
};

// standing says what a key's signature of a moment is worth that only it vouches for.
const standing = (key, at) => {
  if (at < key.from - slack) return 'early';
  if (key.state === 'active') return at <= key.until ? 'good' : 'late';
  if (key.state === 'revoked') return 'distrusted';
  return at > (key.ended ?? 0) + slack || at > key.until ? 'late' : 'good';
};

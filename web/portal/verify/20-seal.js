// The seal: COSE_Sign1 by ES256 over a CWT, docs/protocols/seal.md.
const longestScan = 8192, largestSeal = 2048;
const schemes = ['HC1', 'SHC', 'VC1', 'LT1', 'VDS', 'DC', 'OPENID4VP', 'MDOC', 'NZCP'];
const codeOf = text => {
  const s = text.toUpperCase().replace(/[٠-٩]/g, d => d.charCodeAt(0) - 0x660).replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{14}([0-9A-HJKMNP-TV-Z]{2})?$/.test(s) ? s : '';
};

// scanOf tells apart what somebody scanned, dropped or typed.
const scanOf = text => {
  text = text.trim();
  if (!text || text.length > longestScan) return {kind: 'nothing'};
  if (schemes.includes(text.split(':')[0].toUpperCase()) && text.includes(':')) return {kind: 'foreign'};
  const cut = text.indexOf('#'), address = cut < 0 ? text : text.slice(0, cut);
  const m = /^https?:\/\/([^/?#@\s]+)((?:\/[^?#\s]*)?\/v\/)([^/?#\s]+)$/i.exec(address);
  const code = m ? codeOf(m[3]) || m[3].toUpperCase() : codeOf(address);
  if (!m && (cut >= 0 || !code)) return {kind: 'nothing'};
  const scan = {kind: 'coded', host: m ? m[1].toLowerCase() : '', code};
  if (cut < 0) return scan;
  try {
    scan.raw = fromBase45(text.slice(cut + 1).replace(/%20|%25/g, e => e === '%20' ? ' ' : '%'));
    if (scan.raw.length < 16) return {kind: 'nothing'};
    return {...scan, kind: 'sealed'};
  } catch {
    return {kind: 'broken', host: scan.host, code};
  }
};

// readSeal tells what a seal says; whether that is true is asked by signedBy.
const readSeal = raw => {
  const need = ok => { if (!ok) throw new Error('not a seal'); };
  need(raw.length <= largestSeal);
  const outer = readCBOR(raw);
  need(outer.tag === 18 && Array.isArray(outer.value) && outer.value.length === 4);
  const [head, bare, payload, signature] = outer.value;
  need(head instanceof Uint8Array && payload instanceof Uint8Array && signature instanceof Uint8Array && signature.length === 64);
  const h = readCBOR(head);
  need(h instanceof Map && h.size === 2 && h.get(1) === -7 && h.get(4) instanceof Uint8Array && h.get(4).length > 0);
  need(bare instanceof Map && bare.size === 0);
  const c = readCBOR(payload);
  need(c instanceof Map);
  const left = new Map(c);
  const take = (key, type, optional) => {
    const v = left.get(key);
    left.delete(key);
    need(optional && v === undefined || (typeof type === 'string' ? typeof v === type && v !== '' : v instanceof type));
    return v;
  };
  const s = {
    kid: utf8(h.get(4)), issuer: take(1, 'string'), expires: take(4, 'number', true) ?? 0, issued: take(6, 'number'), code: utf8(take(7, Uint8Array)),
    status: take(65535, Map, true), number: take(-70001, 'string'), type: take(-70002, 'string'), version: take(-70003, 'string'),
    claims: take(-70004, Map), left: take(-70005, 'number', true) ?? 0,
    signature, signed: joined(Uint8Array.of(0x84, 0x6a), asBytes('Signature1'), byteString(head), Uint8Array.of(0x40), byteString(payload)),
  };
  need(left.size === 0 && s.issued > 0 && (!s.expires || s.expires > s.issued) && s.code && s.left >= 0);
  if (s.status) {
    const list = s.status.get('status_list');
    need(s.status.size === 1 && list instanceof Map && list.size === 2 && Number.isInteger(list.get('idx')) && list.get('idx') >= 0 && typeof list.get('uri') === 'string');
    s.status = {index: list.get('idx'), uri: list.get('uri')};
  }
  s.claims.forEach((v, name) => { need(typeof name === 'string'); plainValue(v, 0, need); });
  return s;
};

const plainValue = (v, depth, need) => {
  need(depth <= 3);
  if (Array.isArray(v)) v.forEach(x => plainValue(x, depth + 1, need));
  else if (v instanceof Map) need(v.size > 0 && Array.from(v).every(([l, word]) => typeof l === 'string' && l.length === 2 && typeof word === 'string'));
  else need(['string', 'number', 'boolean'].includes(typeof v));
};

const byteString = b => joined(b.length < 24 ? Uint8Array.of(0x40 + b.length) : b.length < 256 ? Uint8Array.of(0x58, b.length) : Uint8Array.of(0x59, b.length >> 8, b.length & 255), b);

const es256 = {name: 'ECDSA', hash: 'SHA-256'}, p256 = {name: 'ECDSA', namedCurve: 'P-256'};
const keyOfJWK = jwk => {
  if (jwk?.kty !== 'EC' || jwk.crv !== 'P-256') throw new Error('not a P-256 key');
  return crypto.subtle.importKey('jwk', {kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y}, p256, false, ['verify']);
};
const signedBy = async (s, jwk) => crypto.subtle.verify(es256, await keyOfJWK(jwk), s.signature, s.signed);

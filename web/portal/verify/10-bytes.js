// Bytes and their forms: Base45, Base64, and CBOR in its one deterministic encoding.
const utf8 = bytes => new TextDecoder('utf-8', {fatal: true}).decode(bytes);
const asBytes = text => new TextEncoder().encode(text);
const hex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
const joined = (...parts) => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) { out.set(p, at); at += p.length; }
  return out;
};

const fromBase64 = text => {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw new Error('base64');
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '')), c => c.charCodeAt(0));
};

const base45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const fromBase45 = text => {
  const out = [];
  if (text.length % 3 === 1) throw new Error('base45');
  for (let n = 0; n < text.length; n += 3) {
    const part = text.slice(n, n + 3);
    let value = 0;
    for (let i = part.length - 1; i >= 0; i--) {
      const d = base45.indexOf(part[i]);
      if (d < 0) throw new Error('base45');
      value = value * 45 + d;
    }
    if (value >= (part.length === 3 ? 65536 : 256)) throw new Error('base45');
    if (part.length === 3) out.push(value >> 8);
    out.push(value & 255);
  }
  return Uint8Array.from(out);
};

// readCBOR reads one item that fills all of bytes. Maps become Map, byte strings
// Uint8Array, tags {tag, value}. Whatever is not RFC 8949 §4.2.1 is refused.
const readCBOR = bytes => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0, items = 0;
  const bad = why => { throw new Error('cbor: ' + why); };
  const need = n => { if (at + n > bytes.length) bad('cut short'); const from = at; at += n; return from; };
  const argument = info => {
    if (info < 24) return info;
    let v;
    if (info === 24) { v = bytes[need(1)]; if (v < 24) bad('longer than needed'); return v; }
    if (info === 25) { v = view.getUint16(need(2)); if (v < 256) bad('longer than needed'); return v; }
    if (info === 26) { v = view.getUint32(need(4)); if (v < 65536) bad('longer than needed'); return v; }
    if (info === 27) {
      const from = need(8);
      v = view.getUint32(from) * 2 ** 32 + view.getUint32(from + 4);
      if (v < 2 ** 32 || v > Number.MAX_SAFE_INTEGER) bad('number');
      return v;
    }
    return bad('indefinite');
  };
  const half = v => {
    const sign = v & 0x8000 ? -1 : 1, e = v >> 10 & 31, m = v & 1023;
    if (e === 31) return bad('not a number');
    return sign * (e ? 2 ** (e - 25) * (1024 + m) : 2 ** -24 * m);
  };
  const fitsHalf = v => {
    let m = Math.abs(v) * 2 ** 24;
    if (m === 0 || Math.abs(v) > 65504 || !Number.isInteger(m)) return m === 0;
    while (m % 2 === 0) m /= 2;
    return m < 2048;
  };
  const simple = info => {
    if (info === 20 || info === 21) return info === 21;
    if (info === 25) return half(view.getUint16(need(2)));
    const v = info === 26 ? view.getFloat32(need(4)) : info === 27 ? view.getFloat64(need(8)) : bad('simple value');
    if (!Number.isFinite(v) || fitsHalf(v) || info === 27 && Math.fround(v) === v) bad('float');
    return v;
  };
  const less = (a, b) => {
    for (let n = 0; n < Math.min(a.length, b.length); n++) if (a[n] !== b[n]) return a[n] < b[n];
    return a.length < b.length;
  };
  const map = (n, depth) => {
    const out = new Map();
    let last = null;
    for (let i = 0; i < n; i++) {
      const from = at, key = item(depth + 1), raw = bytes.subarray(from, at);
      if (typeof key !== 'string' && typeof key !== 'number') bad('key');
      if (last && !less(last, raw)) bad('keys out of order or twice');
      last = raw;
      out.set(key, item(depth + 1));
    }
    return out;
  };
  const item = depth => {
    if (depth > 8 || ++items > 2000) bad('too much');
    const first = bytes[need(1)], major = first >> 5, info = first & 31;
    if (major === 7) return simple(info);
    const n = argument(info);
    if (major > 1 && major < 6 && n > bytes.length - at) bad('cut short');
    switch (major) {
      case 0: return n;
      case 1: return -1 - n;
      case 2: return bytes.subarray(need(n), at);
      case 3: return utf8(bytes.subarray(need(n), at));
      case 4: return Array.from({length: n}, () => item(depth + 1));
      case 5: return map(n, depth);
      default: return {tag: n, value: item(depth + 1)};
    }
  };
  const out = item(0);
  return at === bytes.length ? out : bad('more than one item');
};

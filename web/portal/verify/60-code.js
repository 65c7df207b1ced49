// From the squares of a QR code to its text: ISO/IEC 18004.
const checkBytes = [
  [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
  [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
  [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
  [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
];
const blockCounts = [
  [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
  [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
  [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68],
  [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81],
];

// centres are where alignment patterns stand, on both axes.
const centres = v => {
  if (v === 1) return [];
  const n = Math.floor(v / 7) + 2, step = v === 32 ? 26 : Math.floor((v * 8 + n * 3 + 5) / (n * 4 - 4)) * 2;
  return [6, ...Array.from({length: n - 1}, (_, i) => v * 4 + 10 - step * (n - 2 - i))];
};

const remainder = (data, degree, generator) => {
  for (let n = data; ; ) {
    const over = 32 - Math.clz32(n) - 1 - degree;
    if (over < 0) return n;
    n ^= generator << over;
  }
};
const formats = Array.from({length: 32}, (_, d) => (d << 10 | remainder(d << 10, 10, 0x537)) ^ 0x5412);
const versions = Array.from({length: 34}, (_, n) => (n + 7) << 12 | remainder((n + 7) << 12, 12, 0x1f25));
const ones = n => { let c = 0; for (; n; n &= n - 1) c++; return c; };
const nearest = (words, seen) => {
  let best = -1, off = 4; // three wrong bits can be told
  words.forEach((w, n) => { const d = ones(w ^ seen); if (d < off) { off = d; best = n; } });
  return best;
};

// at(x, y) is 1 for a dark square. formatOf reads both copies, whichever is cleaner.
const formatOf = (at, size) => {
  let a = 0, b = 0;
  for (let i = 0; i < 15; i++) {
    const y = i < 6 ? i : i < 8 ? i + 1 : i === 8 ? 8 : 8, x = i < 8 ? 8 : i === 8 ? 7 : 14 - i;
    a |= at(x, y) << i;
    b |= (i < 8 ? at(size - 1 - i, 8) : at(8, size - 15 + i)) << i;
  }
  const n = nearest(formats, a), f = n < 0 ? nearest(formats, b) : n;
  return f < 0 ? null : {level: [1, 0, 3, 2][f >> 3], mask: f & 7};
};
const versionOf = (at, size) => {
  let a = 0, b = 0;
  for (let i = 0; i < 18; i++) {
    const far = size - 11 + i % 3, near = Math.floor(i / 3);
    a |= at(far, near) << i;
    b |= at(near, far) << i;
  }
  const n = nearest(versions, a), v = n < 0 ? nearest(versions, b) : n;
  return v < 0 ? 0 : v + 7;
};

const masks = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, x => x % 3, (x, y) => (x + y) % 3, (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => x * y % 2 + x * y % 3, (x, y) => (x * y % 2 + x * y % 3) % 2, (x, y) => ((x + y) % 2 + x * y % 3) % 2,
];

// reserved marks the squares that hold no data.
const reserved = v => {
  const size = v * 4 + 17, m = new Uint8Array(size * size);
  const fill = (x, y, w, h) => { for (let j = y; j < y + h; j++) m.fill(1, j * size + x, j * size + x + w); };
  fill(0, 0, 9, 9); fill(size - 8, 0, 8, 9); fill(0, size - 8, 9, 8); fill(6, 0, 1, size); fill(0, 6, size, 1);
  const c = centres(v), last = c.length - 1;
  c.forEach((x, i) => c.forEach((y, j) => { if (!(i === 0 && (j === 0 || j === last) || i === last && j === 0)) fill(x - 2, y - 2, 5, 5); }));
  if (v >= 7) { fill(size - 11, 0, 3, 6); fill(0, size - 11, 6, 3); }
  return m;
};

// codewords reads the squares in their order, unmasked.
const codewords = (at, v, mask) => {
  const size = v * 4 + 17, kept = reserved(v), out = [];
  let bits = 0, n = 0, up = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let k = 0; k < size; k++) {
      const y = up ? size - 1 - k : k;
      for (let x = right; x > right - 2; x--) {
        if (kept[y * size + x]) continue;
        bits = bits << 1 | at(x, y) ^ (masks[mask](x, y) === 0 ? 1 : 0);
        if (++n === 8) { out.push(bits); bits = n = 0; }
      }
    }
    up = !up;
  }
  return out;
};

// Arithmetic in GF(256) by 0x11d.
const powers = new Uint8Array(512), logs = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i++) {
  powers[i] = powers[i + 255] = x;
  logs[x] = i;
  x = x << 1 ^ (x & 128 ? 0x11d : 0);
}
const times = (a, b) => a && b ? powers[logs[a] + logs[b]] : 0;
const over = (a, b) => a ? powers[logs[a] + 255 - logs[b]] : 0;
const valueAt = (poly, x) => poly.reduceRight((sum, c) => times(sum, x) ^ c, 0); // lowest first

// repair corrects a block in place by its check bytes; false when it cannot.
const repair = (block, checks) => {
  const last = block.length - 1, syndromes = Array.from({length: checks}, (_, i) => block.reduce((sum, c) => times(sum, powers[i]) ^ c, 0));
  if (syndromes.every(s => s === 0)) return true;
  let locator = [1], before = [1], length = 0, gap = 1, scale = 1; // Berlekamp and Massey
  for (let n = 0; n < checks; n++) {
    let d = syndromes[n];
    for (let i = 1; i <= length; i++) d ^= times(locator[i] ?? 0, syndromes[n - i]);
    if (!d) { gap++; continue; }
    const kept = locator.slice(), factor = over(d, scale);
    before.forEach((c, i) => { locator[i + gap] = (locator[i + gap] ?? 0) ^ times(factor, c); });
    for (let i = 0; i < locator.length; i++) locator[i] ??= 0;
    if (2 * length > n) { gap++; continue; }
    length = n + 1 - length; before = kept; scale = d; gap = 1;
  }
  while (locator.length > 1 && !locator[locator.length - 1]) locator.pop();
  if (length * 2 > checks || locator.length - 1 !== length) return false;
  const evaluator = Array.from({length}, (_, n) => { // Forney
    let sum = 0;
    for (let i = 0; i <= n; i++) sum ^= times(locator[i], syndromes[n - i]);
    return sum;
  });
  let found = 0;
  for (let i = 0; i <= last; i++) { // Chien
    const x = powers[(255 - i % 255) % 255];
    if (valueAt(locator, x)) continue;
    let slope = 0;
    for (let k = 1; k < locator.length; k += 2) slope ^= times(locator[k], powers[logs[x] * (k - 1) % 255]);
    if (!slope) return false;
    block[last - i] ^= times(powers[i % 255], over(valueAt(evaluator, x), slope));
    found++;
  }
  return found === length;
};

// dataOf takes the interleaved blocks apart and repairs them.
const dataOf = (words, v, level) => {
  const blocks = blockCounts[level][v - 1], checks = checkBytes[level][v - 1], short = Math.floor(words.length / blocks), long = words.length % blocks;
  const all = Array.from({length: blocks}, () => []);
  let at = 0;
  for (let i = 0; i <= short - checks; i++) all.forEach((b, n) => { if (i < short - checks || n >= blocks - long) b.push(words[at++]); });
  for (let i = 0; i < checks; i++) all.forEach(b => b.push(words[at++]));
  const out = [];
  for (const b of all) {
    if (!repair(b, checks)) return null;
    out.push(...b.slice(0, b.length - checks));
  }
  return out;
};

// textOf reads the segments.
const textOf = (data, v) => {
  let at = 0, charset = '';
  const left = () => data.length * 8 - at;
  const take = n => {
    if (n > left()) throw new Error('cut short');
    let out = 0;
    for (; n > 0; n--, at++) out = out * 2 + (data[at >> 3] >> (7 - (at & 7)) & 1);
    return out;
  };
  const size = (a, b, c) => take(v < 10 ? a : v < 27 ? b : c);
  const words = (bytes, sets) => {
    for (const set of sets) try { return new TextDecoder(set, {fatal: true}).decode(Uint8Array.from(bytes)); } catch { /* the next one */ }
    return '';
  };
  const numeric = n => { let s = ''; for (; n > 0; n -= 3) s += String(take([0, 4, 7, 10][Math.min(n, 3)])).padStart(Math.min(n, 3), '0'); return s; };
  const pairs = n => {
    let s = '';
    for (; n > 1; n -= 2) { const p = take(11); s += base45[Math.floor(p / 45)] + base45[p % 45]; }
    return n ? s + base45[take(6)] : s;
  };
  const kanji = n => {
    const bytes = [];
    for (; n > 0; n--) { const k = take(13), w = (Math.floor(k / 192) << 8 | k % 192) + (k < 0x1f00 ? 0x8140 : 0xc140); bytes.push(w >> 8, w & 255); }
    return words(bytes, ['shift_jis']);
  };
  const assigned = () => {
    const first = take(8), id = first < 128 ? first : first < 192 ? (first & 63) << 8 | take(8) : (first & 31) << 16 | take(16);
    charset = {3: 'iso-8859-1', 20: 'shift_jis', 22: 'windows-1251', 24: 'windows-1256', 26: 'utf-8', 8: 'iso-8859-6', 29: 'gb18030', 30: 'euc-kr'}[id] ?? '';
  };
  let out = '';
  while (left() >= 4) {
    switch (take(4)) {
      case 0: return out;
      case 1: out += numeric(size(10, 12, 14)); break;
      case 2: out += pairs(size(9, 11, 13)); break;
      case 3: take(16); break;
      case 4: { const n = size(8, 16, 16); out += words(Array.from({length: n}, () => take(8)), [charset || 'utf-8', 'iso-8859-1']); break; }
      case 5: break;
      case 7: assigned(); break;
      case 8: out += kanji(size(8, 10, 12)); break;
      case 9: take(8); break;
      default: throw new Error('segment');
    }
  }
  return out;
};

// decode reads a whole symbol; null when it is none.
const decode = (at, v) => {
  const size = v * 4 + 17, format = formatOf(at, size);
  if (!format) return null;
  const data = dataOf(codewords(at, v, format.mask), v, format.level);
  try { return data && textOf(data, v); } catch { return null; }
};

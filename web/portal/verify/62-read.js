// Reading a QR code: the grid laid over the picture, squares sampled, tried and tried again.
const plane = (dark, w, h) => (x, y) => {
  x = Math.floor(x); y = Math.floor(y);
  return x < 0 || y < 0 || x >= w || y >= h ? 0 : dark[y * w + x];
};

// square samples one square at five points.
const squareAt = (pixel, map) => (x, y) => {
  let n = 0;
  for (const [dx, dy] of [[0.5, 0.5], [0.3, 0.5], [0.7, 0.5], [0.5, 0.3], [0.5, 0.7]]) { const [u, v] = map(x + dx, y + dy); n += pixel(u, v); }
  return n > 2 ? 1 : 0;
};

// aligned looks for an alignment pattern around a square: {x, y, score} in squares.
const aligned = (pixel, map, cx, cy, reach, step) => {
  const seen = [];
  for (let oy = -reach; oy <= reach; oy += step) for (let ox = -reach; ox <= reach; ox += step) {
    let score = 0;
    for (let j = -2; j <= 2; j++) for (let i = -2; i <= 2; i++) {
      const [u, v] = map(cx + 0.5 + ox + i, cy + 0.5 + oy + j);
      if (pixel(u, v) === (Math.max(Math.abs(i), Math.abs(j)) === 1 ? 0 : 1)) score++;
    }
    seen.push({x: ox, y: oy, score});
  }
  const peaks = [];
  for (const s of seen.filter(s => s.score >= 21).sort((a, b) => b.score - a.score || Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y))) {
    const near = peaks.find(p => Math.hypot(p.x - s.x, p.y - s.y) < 1.2);
    if (near) { if (s.score === near.score) near.all.push(s); continue; }
    if (peaks.length === 3) continue;
    peaks.push({...s, all: [s]});
  }
  return peaks.map(p => ({score: p.score, x: p.all.reduce((n, s) => n + s.x, 0) / p.all.length, y: p.all.reduce((n, s) => n + s.y, 0) / p.all.length}));
};

// bent corrects a map by every alignment pattern that is found: paper is not flat.
const bent = (pixel, map, v) => {
  const c = centres(v), off = c.map(y => c.map(x => {
    const p = aligned(pixel, map, x, y, 1.5, 0.25)[0];
    return p && p.score >= 22 ? [p.x, p.y] : null;
  }));
  const last = c.length - 1;
  off[0][0] ??= [0, 0]; off[0][last] = off[last][0] = off[0][0] = [0, 0];
  const known = off.flatMap((row, j) => row.map((o, i) => o && {x: c[i], y: c[j], o}).filter(Boolean));
  off.forEach((row, j) => row.forEach((o, i) => {
    row[i] = o ?? known.reduce((best, k) => Math.hypot(k.x - c[i], k.y - c[j]) < Math.hypot(best.x - c[i], best.y - c[j]) ? k : best).o;
  }));
  const cell = p => { let n = 0; while (n < last - 1 && p > c[n + 1]) n++; return n; };
  return (x, y) => {
    const i = cell(x), j = cell(y), s = (x - c[i]) / (c[i + 1] - c[i]), t = (y - c[j]) / (c[j + 1] - c[j]);
    const mix = k => (off[j][i][k] * (1 - s) + off[j][i + 1][k] * s) * (1 - t) + (off[j + 1][i][k] * (1 - s) + off[j + 1][i + 1][k] * s) * t;
    return map(x + mix(0), y + mix(1));
  };
};

const timed = (at, size) => { // the two lines of alternating squares
  let right = 0;
  for (let i = 8; i < size - 8; i++) right += (at(i, 6) !== i % 2) + (at(6, i) !== i % 2);
  return right >= (size - 16) * 2 * 0.8;
};

// attempt tries one version under one triple of finders. The fourth corner comes
// from how much smaller squares look at one finder than at another, else from the
// parallelogram, and from the alignment pattern near it where there is one.
const attempt = (pixel, t, v) => {
  const size = v * 4 + 17, {a, b, c, over, down} = t, p = f => [f.x + 0.5, f.y + 0.5];
  const three = [[3.5, 3.5], [size - 3.5, 3.5], [3.5, size - 3.5]], seen = [p(a), p(b), p(c)];
  const fourth = (d, e) => [(d * b.x + e * c.x - a.x) / (d + e - 1) + 0.5, (d * b.y + e * c.y - a.y) / (d + e - 1) + 0.5];
  const bases = [[over, down], [1, 1]].map(([d, e]) => projection([...three, [size - 3.5, size - 3.5]], [...seen, fourth(d, e)])).filter(Boolean);
  let told = 0;
  const readBy = map => {
    for (const m of v > 1 ? [map, bent(pixel, map, v)] : [map]) {
      const at = squareAt(pixel, m);
      if (v >= 7) told ||= versionOf(at, size);
      if (!timed(at, size)) continue;
      const text = decode(at, v) ?? decode((x, y) => at(y, x), v); // or seen in a mirror
      if (text) return {text, version: v};
    }
    return null;
  };
  for (const base of bases) {
    if (v > 1) for (const o of aligned(pixel, base, size - 7, size - 7, Math.max(3, Math.min(10, size * 0.12)), 0.5)) {
      const map = projection([...three, [size - 6.5, size - 6.5]], [...seen, base(size - 6.5 + o.x, size - 6.5 + o.y)]), r = map && readBy(map);
      if (r) return r;
    }
    const r = readBy(base);
    if (r) return r;
  }
  return {told};
};

// readTriple tries the versions that the distance between finders allows.
const readTriple = (dark, w, h, t) => {
  const along = (f, g) => {
    const near = squareAlong(dark, w, h, f, g), far = squareAlong(dark, w, h, g, f), ratio = near && far ? Math.sqrt(near / far) : 1;
    return {squares: near && far ? Math.hypot(f.x - g.x, f.y - g.y) / Math.sqrt(near * far) : 0, ratio: Math.min(1.6, Math.max(0.62, ratio))};
  };
  const one = along(t.a, t.b), other = along(t.a, t.c), length = one.squares && other.squares ? (one.squares + other.squares) / 2 : one.squares || other.squares;
  const pixel = plane(dark, w, h), guess = Math.round((length - 10) / 4), tried = new Set(), next = [0, -1, 1, -2, 2, -3, 3].map(d => guess + d);
  const square = {...t, over: one.ratio, down: other.ratio};
  while (next.length) {
    const v = next.shift();
    if (v < 1 || v > 40 || tried.has(v)) continue;
    tried.add(v);
    const r = attempt(pixel, square, v);
    if (r.text) return r;
    if (r.told && Math.abs(r.told - v) < 6) next.unshift(r.told);
  }
  return null;
};

// readQR reads the first QR code in a grey picture; quick leaves out the slower tries.
const readQR = (grey, w, h, quick) => {
  for (const [part, blur] of quick ? [[0.2, 0], [0.2, 1]] : [[0.2, 0], [0.2, 1], [0, 0], [0, 1], [0.06, 0], [0.2, 2], [0.5, 1]]) {
    const dark = binarised(grey, w, h, part, blur);
    for (const t of triples(finders(dark, w, h))) {
      const r = readTriple(dark, w, h, t);
      if (r) return r;
    }
  }
  return null;
};

// greyOf makes a picture of canvas pixels grey; what is transparent is white.
const greyOf = rgba => {
  const out = new Uint8Array(rgba.length / 4);
  for (let i = 0, p = 0; i < out.length; i++, p += 4) {
    const a = rgba[p + 3] / 255;
    out[i] = (rgba[p] * 0.299 + rgba[p + 1] * 0.587 + rgba[p + 2] * 0.114) * a + 255 * (1 - a);
  }
  return out;
};

// Finding a QR code in a picture: dark and light, the three finders, the grid.

// binarised says which pixels of a grey picture are dark: against the mean around
// them, as light falls unevenly on paper; or against one value for all.
const binarised = (grey, w, h, part, blur) => {
  const sum = new Float64Array((w + 1) * (h + 1)), out = new Uint8Array(w * h);
  const integrate = g => {
    for (let y = 0, i = 0; y < h; y++) for (let x = 0, row = 0; x < w; x++, i++) {
      row += g[i];
      sum[(y + 1) * (w + 1) + x + 1] = sum[y * (w + 1) + x + 1] + row;
    }
  };
  const mean = (x, y, r) => {
    const x0 = Math.max(0, x - r), y0 = Math.max(0, y - r), x1 = Math.min(w, x + r + 1), y1 = Math.min(h, y + r + 1);
    return (sum[y1 * (w + 1) + x1] - sum[y0 * (w + 1) + x1] - sum[y1 * (w + 1) + x0] + sum[y0 * (w + 1) + x0]) / ((x1 - x0) * (y1 - y0));
  };
  integrate(grey);
  if (blur) {
    const soft = new Uint8Array(w * h);
    for (let y = 0, i = 0; y < h; y++) for (let x = 0; x < w; x++, i++) soft[i] = mean(x, y, blur);
    integrate(grey = soft);
  }
  if (!part) {
    const cut = otsu(grey);
    for (let i = 0; i < out.length; i++) out[i] = grey[i] <= cut ? 1 : 0;
    return out;
  }
  const r = Math.max(8, Math.round(Math.max(w, h) * part / 2));
  for (let y = 0, i = 0; y < h; y++) for (let x = 0; x < w; x++, i++) out[i] = grey[i] < mean(x, y, r) * 0.94 ? 1 : 0;
  return out;
};

const otsu = grey => {
  const counts = new Float64Array(256);
  for (const g of grey) counts[g]++;
  let all = 0, dark = 0, darkSum = 0, best = 0, cut = 127;
  counts.forEach((n, v) => { all += n * v; });
  for (let v = 0; v < 255; v++) {
    dark += counts[v]; darkSum += v * counts[v];
    const light = grey.length - dark;
    if (!dark || !light) continue;
    const between = dark * light * (darkSum / dark - (all - darkSum) / light) ** 2;
    if (between > best) { best = between; cut = v; }
  }
  return cut;
};

const finderLike = r => {
  const m = (r[0] + r[1] + r[2] + r[3] + r[4]) / 7, t = m * 0.55 + 0.5;
  return m >= 1 && Math.abs(r[0] - m) <= t && Math.abs(r[1] - m) <= t && Math.abs(r[2] - 3 * m) <= 3 * t && Math.abs(r[3] - m) <= t && Math.abs(r[4] - m) <= t;
};

// across measures the five runs through a point along one axis; null when they are no finder's.
const across = (dark, w, h, x, y, dx, dy) => {
  const walk = s => {
    const runs = [0, 0, 0];
    let at = 0, px = x, py = y;
    for (; px >= 0 && py >= 0 && px < w && py < h; px += s * dx, py += s * dy) {
      if (dark[py * w + px] !== (at + 1) % 2) { if (++at > 2) break; }
      runs[at]++;
    }
    return at < 2 ? null : runs;
  };
  const a = walk(1), b = walk(-1);
  if (!a || !b) return null;
  const runs = [b[2], b[1], b[0] + a[0] - 1, a[1], a[2]];
  return finderLike(runs) ? {shift: (a[0] + a[1] + a[2] - b[0] - b[1] - b[2]) / 2, size: runs.reduce((n, r) => n + r) / 7} : null;
};

// finders returns what looks like the three large squares, best seen first.
const finders = (dark, w, h) => {
  const found = [], step = h > 900 ? 2 : 1;
  const note = (x, y, size) => {
    const near = found.find(f => Math.hypot(f.x - x, f.y - y) < Math.max(f.size, size) * 2 && f.size < size * 2 && size < f.size * 2);
    if (!near) { found.push({x, y, size, seen: 1}); return; }
    const n = near.seen++;
    near.x = (near.x * n + x) / (n + 1); near.y = (near.y * n + y) / (n + 1); near.size = (near.size * n + size) / (n + 1);
  };
  for (let y = step; y < h; y += step) {
    const runs = [0, 0, 0, 0, 0];
    let last = 0;
    for (let x = 0; x <= w; x++) {
      const v = x < w ? dark[y * w + x] : 1 - last;
      if (v === last) { runs[4]++; continue; }
      if (last === 1 && finderLike(runs)) {
        const cx = Math.round(x - runs[4] - runs[3] - runs[2] / 2 - 0.5), down = across(dark, w, h, cx, y, 0, 1);
        const cy = down && Math.round(y + down.shift), side = down && across(dark, w, h, cx, Math.min(h - 1, Math.max(0, cy)), 1, 0);
        if (side) note(cx + side.shift, y + down.shift, (down.size + side.size) / 2);
      }
      runs.shift(); runs.push(1);
      last = v;
    }
  }
  for (const f of found) f.sure = Math.min(1, f.seen * step / (2.4 * f.size)); // a true one is crossed by three squares' height of rows
  return found.filter(f => f.sure > 0.4).sort((a, b) => b.sure * b.size - a.sure * a.size).slice(0, 14);
};

// corners orders three finders as top left, top right, bottom left; null when
// they are no corner of a square seen from some side.
const corners = (p, q, r) => {
  const far = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
  const [a, b, c] = [[p, q, r], [q, p, r], [r, p, q]].sort((s, t) => far(t[1], t[2]) - far(s[1], s[2]))[0];
  const u = far(a, b), v = far(a, c), cos = ((b.x - a.x) * (c.x - a.x) + (b.y - a.y) * (c.y - a.y)) / (u * v);
  const sizes = [a.size, b.size, c.size], spread = Math.max(...sizes) / Math.min(...sizes), legs = Math.max(u, v) / Math.min(u, v);
  if (Math.abs(cos) > 0.5 || legs > 2.4 || spread > 2.7 || Math.min(u, v) < 9 * Math.min(...sizes)) return null;
  const turned = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0;
  return {a, b: turned ? b : c, c: turned ? c : b, doubt: Math.abs(cos) + Math.abs(legs - 1) + Math.abs(spread - 1) / 2 + 2 * (3 - a.sure - b.sure - c.sure)};
};

const triples = found => {
  const out = [];
  for (let i = 0; i < found.length; i++) for (let j = i + 1; j < found.length; j++) for (let k = j + 1; k < found.length; k++) {
    const t = corners(found[i], found[j], found[k]);
    if (t) out.push(t);
  }
  return out.sort((s, t) => s.doubt - t.doubt).slice(0, 10);
};

// squareAlong is the width of a square at finder f in the direction of g.
const squareAlong = (dark, w, h, f, g) => {
  const length = Math.hypot(g.x - f.x, g.y - f.y), dx = (g.x - f.x) / length, dy = (g.y - f.y) / length;
  const reach = s => {
    let changes = 0, last = 1;
    for (let n = 0; n < length; n += 0.25) {
      const x = Math.round(f.x + s * n * dx), y = Math.round(f.y + s * n * dy);
      const v = x < 0 || y < 0 || x >= w || y >= h ? 0 : dark[y * w + x];
      if (v !== last) { last = v; if (++changes === 3) return n; }
    }
    return 0;
  };
  const one = reach(1), other = reach(-1);
  return one && other ? (one + other) / 7 : (one || other) / 3.5;
};

// projection maps squares to pixels so that four points fall where they were seen.
const projection = (from, to) => {
  const rows = [];
  from.forEach(([x, y], n) => {
    const [u, v] = to[n];
    rows.push([x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]);
  });
  for (let i = 0; i < 8; i++) {
    const p = rows.slice(i).reduce((best, r, n) => Math.abs(r[i]) > Math.abs(rows[best][i]) ? n + i : best, i);
    [rows[i], rows[p]] = [rows[p], rows[i]];
    if (Math.abs(rows[i][i]) < 1e-12) return null;
    rows.forEach((r, n) => {
      if (n === i) return;
      const f = r[i] / rows[i][i];
      for (let k = i; k < 9; k++) r[k] -= f * rows[i][k];
    });
  }
  const m = rows.map((r, i) => r[8] / r[i]);
  return (x, y) => { const d = m[6] * x + m[7] * y + 1; return [(m[0] * x + m[1] * y + m[2]) / d, (m[3] * x + m[4] * y + m[5]) / d]; };
};

// Reads every picture of a folder: node pictures.mjs DIR. Prints name, milliseconds, text.
import { readFileSync, readdirSync } from 'node:fs';
import { reader } from './reader.mjs';
const dir = process.argv[2];
for (const f of readdirSync(dir).filter(f => f.endsWith('.pgm')).sort()) {
  const raw = readFileSync(`${dir}/${f}`), [, w, h] = /^P5 (\d+) (\d+) 255\n/.exec(raw.subarray(0, 40).toString('latin1')).map(Number);
  const from = performance.now(), r = reader.readQR(new Uint8Array(raw.subarray(raw.length - w * h)), w, h);
  console.log(JSON.stringify({name: f, ms: Math.round(performance.now() - from), text: r?.text ?? null}));
}

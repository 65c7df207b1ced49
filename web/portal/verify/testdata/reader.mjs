// The verification page's script for tests under Node: everything it defines.
import { readFileSync, readdirSync } from 'node:fs';
const here = new URL('..', import.meta.url);
const text = readdirSync(here).filter(f => /^[1-6]\d-.*\.js$/.test(f)).sort().map(f => readFileSync(new URL(f, here), 'utf8')).join('\n');
export const reader = new Function(text + '\nreturn {readQR, greyOf, readCBOR, fromBase45, scanOf, readSeal, signedBy, openTrust, openStatus, verdictOn, fingerprint};')();

// Judges seals: node seals.mjs FILE. Prints what the page would say of each.
import { readFileSync } from 'node:fs';
import { reader } from './reader.mjs';
const { lists, cases } = JSON.parse(readFileSync(process.argv[2]));
const first = await reader.openTrust(lists.good, null);
for (const c of cases) {
  let trust;
  try { trust = c.list ? await reader.openTrust(lists[c.list], c.fresh ? null : first.kept) : { problem: 'nolist' }; } catch (e) { trust = { problem: e.message }; }
  const status = async (uri, issuer) => c.status ? reader.openStatus(c.status, uri, trust.list, issuer) : null;
  const v = await reader.verdictOn(c.text, { now: c.now, trust, status, host: 'gov.example' });
  const name = v.seal && [...v.seal.claims.values()][0];
  console.log(JSON.stringify({ name: c.name, got: [v.state, ...v.findings.filter(f => f.grade !== 'good').map(f => f.what)].join(' '), claim: typeof name === 'string' ? name : '' }));
}

// Reads a presentation with packages that are not ours: the transcript of the
// session by @owf/mdoc, everything else by @auth0/mdl. Usage: node stranger.mjs E2E FILE
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [home, file] = process.argv.slice(2);
const require = createRequire(join(home, 'package.json'));
const { Verifier } = require('@auth0/mdl');
const { SessionTranscript } = await import(pathToFileURL(join(home, 'node_modules/@owf/mdoc/dist/index.mjs')));

const given = JSON.parse(readFileSync(file));
const crypto = { digest: ({ bytes }) => createHash('sha256').update(bytes).digest() };
const verifier = new Verifier([given.root]);

async function read({ client, nonce, address, thumbprint, response }) {
  const jwkThumbprint = thumbprint ? Buffer.from(thumbprint, 'base64') : undefined;
  const transcript = await SessionTranscript.forOid4Vp({ clientId: client, nonce, responseUri: address, jwkThumbprint }, { crypto });
  const found = { failed: [], passed: 0, elements: {} };
  const onCheck = (c) => (c.status === 'PASSED' ? found.passed++ : found.failed.push(`${c.check} ${c.reason ?? ''}`));
  try {
    const doc = await verifier.verify(Buffer.from(response, 'base64'), { encodedSessionTranscript: Buffer.from(transcript.encode({ asDataItem: true })), onCheck });
    for (const items of doc.documents.flatMap((d) => Object.values(d.issuerSigned.nameSpaces))) {
      for (const { elementIdentifier: id, elementValue: v } of items) found.elements[id] = v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v;
    }
  } catch (e) {
    found.failed.push(String(e));
  }
  return found;
}

const out = {};
for (const [name, one] of Object.entries(given.cases)) out[name] = await read(one);
console.log(JSON.stringify(out));

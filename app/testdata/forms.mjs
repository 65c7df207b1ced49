// Reads a document's forms for wallets with packages that are not ours: SD-JWT VC by
// @sd-jwt, the mobile document by @auth0/mdl, the trust list and the status lists by
// jose and @sd-jwt. Only the authority's root is taken on trust. Usage: node forms.mjs E2E FILE
import { createPublicKey, createHash, randomBytes, verify as verified, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [home, file] = process.argv.slice(2);
const require = createRequire(join(home, 'package.json'));
const jose = require('jose');
const mdl = require('@auth0/mdl');
const { cborEncode, cborDecode, DataItem } = require(join(home, 'node_modules/@auth0/mdl/lib/cbor/index.js'));
const { SDJwtVcInstance } = require('@sd-jwt/sd-jwt-vc');
const { getListFromStatusListJWT } = require('@sd-jwt/jwt-status-list');
const given = JSON.parse(readFileSync(file));
const root = new X509Certificate(given.root);

// trusted are the keys that may sign this type of document, by the list that the root signed.
const list = await jose.compactVerify(given.list, root.publicKey);
const trusted = new Map();
for (const e of JSON.parse(new TextDecoder().decode(list.payload)).entities) {
  for (const k of e.keys) if (k.state === 'active' && k.types.includes(given.type)) trusted.set(k.kid, createPublicKey({ key: k.jwk, format: 'jwk' }));
}
const keyOf = (jwt) => {
  const key = trusted.get(jose.decodeProtectedHeader(jwt).kid);
  if (!key) throw new Error('a key that the trust list does not name');
  return key;
};
const statusOf = async ({ uri, idx }) => {
  const jwt = await (await fetch(uri, { headers: { accept: 'application/statuslist+jwt' } })).text();
  await jose.jwtVerify(jwt, keyOf(jwt), { typ: 'statuslist+jwt', subject: uri });
  return getListFromStatusListJWT(jwt).getStatus(idx);
};

async function selective(text) {
  const verifier = (key) => async (data, sig) => verified('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(sig, 'base64url'));
  let key;
  const vc = new SDJwtVcInstance({
    verifier: verifier(keyOf(text.split('~')[0])),
    hasher: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(), hashAlg: 'sha-256',
    saltGenerator: () => randomBytes(16).toString('base64url'),
    statusListFetcher: async (uri) => {
      const jwt = await (await fetch(uri, { headers: { accept: 'application/statuslist+jwt' } })).text();
      key = keyOf(jwt);
      return jwt;
    },
    statusVerifier: (data, sig) => verifier(key)(data, sig),
  });
  const { payload } = await vc.verify(text, {});
  return { elements: payload, status: await statusOf(payload.status.status_list) };
}

// mobile shows the document to a reader, as the wallet would, and reads it there.
async function mobile(text) {
  const session = cborEncode(DataItem.fromData([null, null, ['wallet nonce', 'reader.example', 'https://reader.example/answer', 'nonce']]));
  const issuerSigned = cborDecode(Buffer.from(text, 'base64url'));
  const held = mdl.parse(cborEncode(new Map(Object.entries({ version: '1.0', status: 0, documents: [new Map(Object.entries({ docType: given.doctype, issuerSigned }))] }))));
  const all = Object.entries(held.documents[0].issuerSigned.nameSpaces).flatMap(([space, items]) => items.map((i) => [space, i.elementIdentifier]));
  const fields = all.map(([space, id]) => ({ path: [`$['${space}']['${id}']`], intent_to_retain: false }));
  const descriptor = { id: given.doctype, format: { mso_mdoc: { alg: ['ES256'] } }, constraints: { limit_disclosure: 'required', fields } };
  const response = await mdl.DeviceResponse.from(held).usingPresentationDefinition({ id: 'reader', input_descriptors: [descriptor] })
    .usingSessionTranscriptBytes(session).authenticateWithSignature(given.key, 'ES256').sign();
  const found = { failed: [], passed: 0, elements: {} };
  const read = await new mdl.Verifier([given.root]).verify(response.encode(), {
    encodedSessionTranscript: session,
    onCheck: (c) => (c.status === 'PASSED' ? found.passed++ : found.failed.push(`${c.check}: ${c.reason ?? ''}`)),
  });
  const { issuerAuth, nameSpaces } = read.documents[0].issuerSigned;
  for (const i of Object.values(nameSpaces).flat()) found.elements[i.elementIdentifier] = i.elementValue;
  found.elements = plain(found.elements);
  const signer = new X509Certificate(issuerAuth.x5chain[0]).publicKey;
  if (![...trusted.values()].some((k) => k.equals(signer))) found.failed.push('its key is not in the trust list');
  found.status = await statusOf(plain(issuerAuth.decodedPayload.status).status_list);
  return found;
}

// plain makes JSON of what CBOR holds.
function plain(v) {
  if (v instanceof Uint8Array) return Buffer.from(v).toString('base64');
  if (v instanceof Date) return v.toISOString().slice(0, 10);
  if (Array.isArray(v)) return v.map(plain);
  if (v instanceof Map) return plain(Object.fromEntries(v));
  if (v && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]));
  return v;
}

console.log(JSON.stringify({ selective: await selective(given.selective), mobile: await mobile(given.mobile) }));

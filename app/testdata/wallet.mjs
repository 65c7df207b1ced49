// Plays a wallet with packages that are not ours: the protocol by @openid4vc/openid4vp,
// JOSE by jose, mobile documents by @auth0/mdl and @owf/mdoc. Usage: node wallet.mjs E2E FILE
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [home, file] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(join(home, 'node_modules', name)));
const require = createRequire(join(home, 'package.json'));
const { Openid4vpClient } = await load('@openid4vc/openid4vp/dist/index.mjs');
const { setGlobalConfig } = await load('@openid4vc/oauth2/dist/index.mjs');
const { SessionTranscript } = await load('@owf/mdoc/dist/index.mjs');
const jose = require('jose');
const mdl = require('@auth0/mdl');
const given = JSON.parse(readFileSync(file));
setGlobalConfig({ allowInsecureUrls: true });

const sha = (bytes) => createHash('sha256').update(bytes).digest();
const callbacks = {
  hash: (bytes, alg) => createHash(alg.replace('-', '')).update(bytes).digest(),
  generateRandom: (n) => randomBytes(n),
  fetch,
  getX509CertificateMetadata: () => ({ sanDnsNames: [], sanUriNames: [] }),
  verifyJwt: async (signer, { compact }) => {
    const key = await jose.importX509(`-----BEGIN CERTIFICATE-----\n${signer.x5c[0]}\n-----END CERTIFICATE-----`, signer.alg, { extractable: true });
    await jose.compactVerify(compact, key);
    return { verified: true, signerJwk: await jose.exportJWK(key) };
  },
  encryptJwe: async (to, data) => {
    const key = await jose.importJWK(to.publicJwk, 'ECDH-ES');
    const head = { alg: 'ECDH-ES', enc: to.enc, kid: to.publicJwk.kid };
    const jwe = await new jose.CompactEncrypt(new TextEncoder().encode(data)).setProtectedHeader(head).encrypt(key);
    return { jwe, encryptionJwk: to.publicJwk };
  },
};

const client = new Openid4vpClient({ callbacks });
const parsed = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: given.link });
const resolved = await client.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: parsed.params });
const request = resolved.authorizationRequestPayload;
const asked = resolved.dcql.query.credentials.find((c) => c.format === given.form);
const paths = asked.claims.map((c) => c.path.at(-1));

async function disclosed() {
  const parts = given.credential.split('~');
  const kept = parts.slice(1, -1).filter((d) => paths.includes(JSON.parse(Buffer.from(d, 'base64url').toString())[1]));
  const shown = [parts[0], ...kept, ''].join('~');
  const proof = await new jose.SignJWT({ nonce: request.nonce, sd_hash: sha(shown).toString('base64url') })
    .setProtectedHeader({ alg: 'ES256', typ: 'kb+jwt' }).setAudience(request.client_id).setIssuedAt()
    .sign(await jose.importJWK(given.key, 'ES256'));
  return shown + proof;
}

async function mobile() {
  const { cborEncode, cborDecode } = require(join(home, 'node_modules/@auth0/mdl/lib/cbor/index.js'));
  const issuerSigned = cborDecode(Buffer.from(given.credential, 'base64url'));
  const doc = mdl.parse(cborEncode(new Map(Object.entries({ version: '1.0', status: 0, documents: [new Map(Object.entries({ docType: asked.meta.doctype_value, issuerSigned }))] }))));
  const jwkThumbprint = Buffer.from(await jose.calculateJwkThumbprint(request.client_metadata.jwks.keys[0]), 'base64url');
  const session = { clientId: request.client_id, nonce: request.nonce, responseUri: request.response_uri, jwkThumbprint };
  const transcript = await SessionTranscript.forOid4Vp(session, { crypto: { digest: ({ bytes }) => sha(bytes) } });
  const fields = asked.claims.map((c) => ({ path: [`$['${c.path[0]}']['${c.path[1]}']`], intent_to_retain: true }));
  const descriptor = { id: asked.meta.doctype_value, format: { mso_mdoc: { alg: ['ES256'] } }, constraints: { limit_disclosure: 'required', fields } };
  const response = await mdl.DeviceResponse.from(doc).usingPresentationDefinition({ id: 'w', input_descriptors: [descriptor] })
    .usingSessionTranscriptBytes(Buffer.from(transcript.encode({ asDataItem: true }))).authenticateWithSignature(given.key, 'ES256').sign();
  return Buffer.from(response.encode()).toString('base64url');
}

const vp_token = { [asked.id]: [given.form === 'mso_mdoc' ? await mobile() : await disclosed()] };
const made = await client.createOpenid4vpAuthorizationResponse({
  authorizationRequestPayload: request,
  authorizationResponsePayload: { vp_token },
  jarm: {
    encryption: { nonce: randomBytes(8).toString('base64url') },
    serverMetadata: {
      authorization_signing_alg_values_supported: [],
      authorization_encryption_alg_values_supported: ['ECDH-ES'],
      authorization_encryption_enc_values_supported: ['A128GCM'],
    },
  },
});
const answer = { authorizationRequestPayload: request, authorizationResponsePayload: made.authorizationResponsePayload, jarm: made.jarm };
const { response } = await client.submitOpenid4vpAuthorizationResponse(answer);
console.log(JSON.stringify({ status: response.status, body: await response.json(), version: resolved.version, mode: request.response_mode, paths }));

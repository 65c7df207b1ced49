// A wallet of others' making fetches documents from a running Diwan: by an offer
// with a transaction code, and by signing in. It reads an order as JSON from its
// standard input and writes what it got as JSON.
import crypto from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as jose from 'jose'
import { Openid4vciClient, setGlobalConfig } from '@openid4vc/openid4vci'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list'

setGlobalConfig({ allowInsecureUrls: true })
const order = JSON.parse(readFileSync(0, 'utf8'))
const keys = []
for (let i = 0; i < 3; i++) {
  const pair = await jose.generateKeyPair('ES256', { extractable: true })
  keys.push({ ...pair, jwk: await jose.exportJWK(pair.publicKey) })
}
const same = (a, b) => a.x === b.x && a.y === b.y
const callbacks = {
  fetch: globalThis.fetch,
  hash: (data, alg) => crypto.createHash(alg.replace('-', '').toLowerCase()).update(data).digest(),
  generateRandom: (n) => crypto.randomBytes(n),
  signJwt: async (signer, { header, payload }) => {
    const k = keys.find((k) => same(k.jwk, signer.publicJwk))
    return { jwt: await new jose.SignJWT(payload).setProtectedHeader(header).sign(k.privateKey), signerJwk: k.jwk }
  },
  verifyJwt: async () => { throw new Error('not used') },
  clientAuthentication: ({ body }) => { if (order.client) body.client_id = order.client },
  encryptJwe: async () => { throw new Error('not used') },
  decryptJwe: async () => { throw new Error('not used') },
}
const wallet = new Openid4vciClient({ callbacks })

// verify holds a credential to the issuer's certificate, its status list and its key.
async function verify(text) {
  const header = jose.decodeProtectedHeader(text.split('~')[0])
  const key = await jose.importX509(`-----BEGIN CERTIFICATE-----\n${header.x5c[0]}\n-----END CERTIFICATE-----`, 'ES256')
  const verifier = async (data, sig) => crypto.verify('sha256', Buffer.from(data), { key: key.export ? key : crypto.createPublicKey(new crypto.X509Certificate(Buffer.from(header.x5c[0], 'base64')).publicKey.export({ type: 'spki', format: 'pem' })), dsaEncoding: 'ieee-p1363' }, Buffer.from(sig, 'base64url'))
  const vc = new SDJwtVcInstance({
    verifier, hasher: (data, alg) => crypto.createHash(alg.replace('-', '')).update(data).digest(), hashAlg: 'sha-256',
    saltGenerator: () => crypto.randomBytes(16).toString('base64url'),
    statusListFetcher: async (uri) => (await fetch(uri, { headers: { accept: 'application/statuslist+jwt' } })).text(),
    statusVerifier: verifier,
  })
  try {
    const got = await vc.verify(text, {})
    return { ok: true, header, payload: got.payload }
  } catch (e) {
    return { ok: false, why: String(e.message ?? e), header, payload: await vc.getClaims(text) }
  }
}

const out = { credentials: [] }
if (order.verify) {
  for (const text of order.verify) out.credentials.push(await verify(text))
  const ref = out.credentials[0].payload.status.status_list
  out.status = getListFromStatusListJWT(await (await fetch(ref.uri)).text()).getStatus(ref.idx)
} else {
  const offer = await wallet.resolveCredentialOffer(order.offer)
  const issuerMetadata = await wallet.resolveIssuerMetadata(offer.credential_issuer)
  const config = order.config ?? offer.credential_configuration_ids[0]
  let token
  if (order.redirect) {
    const begun = await wallet.initiateAuthorization({ credentialOffer: offer, issuerMetadata, clientId: order.client, redirectUri: order.redirect, scope: config })
    console.error('open ' + begun.authorizationRequestUrl)
    const code = await new Promise((done) => {
      const wait = setInterval(() => { try { done(readFileSync(order.answer, 'utf8')); clearInterval(wait) } catch {} }, 50)
    })
    token = await wallet.retrieveAuthorizationCodeAccessTokenFromOffer({ credentialOffer: offer, issuerMetadata, authorizationCode: code, pkceCodeVerifier: begun.pkce.codeVerifier, redirectUri: order.redirect })
  } else {
    token = await wallet.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer: offer, issuerMetadata, txCode: order.code })
  }
  const accessToken = token.accessTokenResponse.access_token
  const nonce = await wallet.requestNonce({ issuerMetadata })
  const jwt = []
  for (const k of keys.slice(0, order.copies ?? 1)) {
    jwt.push((await wallet.createCredentialRequestJwtProof({ issuerMetadata, credentialConfigurationId: config, nonce: nonce.c_nonce, issuedAt: new Date(order.now ?? Date.now()), clientId: order.client, signer: { method: 'jwk', alg: 'ES256', publicJwk: k.jwk } })).jwt)
  }
  let got = await wallet.retrieveCredentials({ issuerMetadata, accessToken, credentialConfigurationId: config, proofs: { jwt } })
  let answer = got.credentialResponse
  if (answer.transaction_id) {
    out.promised = answer.interval
    for (let i = 0; i < 200 && !answer.credentials; i++) {
      await new Promise((done) => setTimeout(done, 100))
      got = await wallet.retrieveDeferredCredentials({ issuerMetadata, accessToken, transactionId: answer.transaction_id })
      answer = got.deferredCredentialResponse
    }
  }
  out.texts = answer.credentials.map((c) => c.credential)
  for (const text of out.texts) out.credentials.push(await verify(text))
  if (order.also) { // the same document in another form, and the key that shows it
    const { c_nonce } = await wallet.requestNonce({ issuerMetadata })
    const { jwt } = await wallet.createCredentialRequestJwtProof({ issuerMetadata, credentialConfigurationId: order.also, nonce: c_nonce, issuedAt: new Date(), signer: { method: 'jwk', alg: 'ES256', publicJwk: keys[0].jwk } })
    const more = await wallet.retrieveCredentials({ issuerMetadata, accessToken, credentialConfigurationId: order.also, proofs: { jwt: [jwt] } })
    out.also = more.credentialResponse.credentials[0].credential
    out.key = await jose.exportJWK(keys[0].privateKey)
  }
  if (answer.notification_id) await wallet.sendNotification({ issuerMetadata, accessToken, notification: { notificationId: answer.notification_id, event: 'credential_accepted' } })
}
console.log(JSON.stringify(out))

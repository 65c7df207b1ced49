// A wallet on a telephone: it takes documents by OpenID4VCI and presents them by
// OpenID4VP, with nothing but a key of its own.
import { createHash } from 'node:crypto'
import * as jose from 'jose'

const utf8 = new TextEncoder()

export class Phone {
  // create makes a wallet; origin is who hands documents out and asks for them.
  static async create(origin) {
    const { privateKey, publicKey } = await jose.generateKeyPair('ES256')
    return Object.assign(new Phone(), { origin, key: privateKey, jwk: await jose.exportJWK(publicKey) })
  }

  // token follows the link of an offer and gives the transaction code; it returns
  // the status and what was answered.
  async token(link, code) {
    const offer = await (await fetch(new URL(link).searchParams.get('credential_offer_uri'))).json()
    this.config = offer.credential_configuration_ids.find(id => !id.endsWith(':mdoc'))
    const [name, grant] = Object.entries(offer.grants)[0]
    return this.form('/vci/token', { grant_type: name, 'pre-authorized_code': grant['pre-authorized_code'], tx_code: code, client_id: 'wallet.example' })
  }

  // byCode exchanges the code that a person's consent gave.
  async byCode(code, verifier, redirect) {
    return this.form('/vci/token', { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirect, client_id: 'wallet.example' })
  }

  // take fetches the credential that a token is good for, and keeps it.
  async take(token) {
    const { body: { c_nonce } } = await this.form('/vci/nonce', {})
    const proof = await new jose.SignJWT({ nonce: c_nonce }).setProtectedHeader({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: this.jwk }).setIssuer('wallet.example').setAudience(this.origin).setIssuedAt().sign(this.key)
    const r = await fetch(this.origin + '/vci/credential', { method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer ' + token, 'user-agent': 'Sample Wallet/1.0' }, body: JSON.stringify({ credential_configuration_id: this.config, proofs: { jwt: [proof] } }) })
    const body = await r.json()
    if (r.status !== 200) throw new Error(`no credential: ${r.status} ${JSON.stringify(body)}`)
    this.credential = body.credentials[0].credential
    return body
  }

  // present answers a request with what it asks for and nothing else.
  async present(link) {
    const r = await fetch(new URL(link).searchParams.get('request_uri'))
    const asked = jose.decodeJwt(await r.text())
    const { id, claims } = asked.dcql_query.credentials.find(c => c.format === 'dc+sd-jwt')
    const names = claims.map(c => c.path[0])
    const [signed, ...all] = this.credential.split('~')
    const shown = [signed, ...all.filter(d => d && names.includes(JSON.parse(Buffer.from(d, 'base64url'))[1])), ''].join('~')
    const bound = await new jose.SignJWT({ nonce: asked.nonce, sd_hash: createHash('sha256').update(shown).digest('base64url') }).setProtectedHeader({ alg: 'ES256', typ: 'kb+jwt' }).setAudience(asked.client_id).setIssuedAt().sign(this.key)
    const to = asked.client_metadata.jwks.keys[0]
    const response = await new jose.CompactEncrypt(utf8.encode(JSON.stringify({ vp_token: { [id]: [shown + bound] }, state: asked.state }))).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', kid: to.kid }).encrypt(await jose.importJWK(to, 'ECDH-ES'))
    return this.form(new URL(asked.response_uri).pathname, { response })
  }

  async form(path, fields) {
    const r = await fetch(this.origin + path, { method: 'POST', body: new URLSearchParams(fields) })
    return { status: r.status, body: await r.json() }
  }
}

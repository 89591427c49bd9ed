// openid-client, a certified client, against every way of EU Login that it knows.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, beforeEach, test } from 'node:test'
import * as client from 'openid-client'
import { Browser, newWorld } from './eulogin.mjs'

let world, browser, server, callback, arrived, ada

// The application is an address that remembers how the browser came.
beforeEach(async () => {
  world = await newWorld()
  browser = new Browser()
  server = createServer((request, response) => {
    arrived = new URL(request.url, callback)
    response.end('<p>Welcome</p>')
  }).listen(0, 'localhost')
  await once(server, 'listening')
  callback = `http://localhost:${server.address().port}/callback`
  ada = await world.persona('registered')
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await world.end()
})

async function configured(registration = {}, authentication = client.ClientSecretBasic, more = {}) {
  const { client_id, client_secret } = await world.client({ redirect_uris: [callback], ...registration })
  return client.discovery(
    new URL(`${world.eulogin}/cas/oauth2`),
    client_id,
    { id_token_signed_response_alg: registration.id_token_signed_response_alg ?? 'PS512' },
    authentication(client_secret),
    { execute: world.eulogin.startsWith('http:') ? [client.allowInsecureRequests] : [], ...more }
  )
}

async function begin(config, wanted = {}) {
  const verifier = client.randomPKCECodeVerifier()
  const kept = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid email profile',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: kept.expectedState,
    nonce: kept.expectedNonce,
    ...wanted,
  })
  await browser.open(url.href)
  return kept
}

async function signIn(config, wanted) {
  const kept = await begin(config, wanted)
  await browser.signIn(ada)
  return client.authorizationCodeGrant(config, arrived, { ...kept, idTokenExpected: true })
}

const code = (wanted) => (error) => (assert.equal(error.error, wanted), true)

async function keyPair() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  return { privateKey, jwks: { keys: [jwk] } }
}

test('by a secret in the header', async () => {
  const tokens = await signIn(await configured())
  const claims = tokens.claims()
  assert.equal(claims.sub, ada.uid)
  assert.equal(claims.email, ada.email)
  assert.equal(claims.acr, 'https://ecas.ec.europa.eu/loa/basic')
})

test('with a back channel at the internal address, where discovery was read', async () => {
  const internal = world.eulogin.replace('localhost', '127.0.0.1')
  await world.change({ 'idp.internal_url': new URL(internal).origin })
  const customFetch = (url, options) => fetch(url.replace(world.eulogin, internal), options)
  const config = await configured({}, client.ClientSecretBasic, { [client.customFetch]: customFetch })
  const { issuer, authorization_endpoint, token_endpoint, jwks_uri } = config.serverMetadata()
  assert.ok([issuer, authorization_endpoint].every((url) => url.startsWith(world.eulogin)))
  assert.ok([token_endpoint, jwks_uri].every((url) => url.startsWith(internal)))
  config[client.customFetch] = fetch
  assert.equal((await signIn(config)).claims().iss, issuer)
})

test('by an assertion that the secret signs', async () => {
  const config = await configured({ token_endpoint_auth_method: 'client_secret_jwt' }, client.ClientSecretJwt)
  assert.equal((await signIn(config)).claims().sub, ada.uid)
})

test('by an assertion that a key of its own signs', async () => {
  const { privateKey, jwks } = await keyPair()
  const registration = { token_endpoint_auth_method: 'private_key_jwt', jwks }
  const config = await configured(registration, () => client.PrivateKeyJwt({ key: privateKey, kid: 'one' }))
  assert.equal((await signIn(config)).claims().sub, ada.uid)
})

test('a key that was not registered is refused', async () => {
  const { jwks } = await keyPair()
  const { privateKey } = await keyPair()
  const registration = { token_endpoint_auth_method: 'private_key_jwt', jwks }
  const config = await configured(registration, () => client.PrivateKeyJwt({ key: privateKey, kid: 'one' }))
  await assert.rejects(signIn(config), (error) => error.status === 401 || error.error === 'invalid_client')
})

test('by nothing but PKCE, as native applications do', async () => {
  const registration = { token_endpoint_auth_method: 'none', application_type: 'native' }
  const config = await configured(registration, client.None)
  assert.equal((await signIn(config)).claims().sub, ada.uid)
})

for (const alg of ['PS512', 'RS256', 'ES256']) {
  test(`an ID token that is signed by ${alg}`, async () => {
    const config = await configured({ id_token_signed_response_alg: alg })
    client.enableNonRepudiationChecks(config) // the signature too, by the keys that are published
    assert.equal((await signIn(config)).claims().sub, ada.uid)
  })
}

test('a code is good once, and its second use ends what the first one gave', async () => {
  const config = await configured()
  const kept = await begin(config)
  await browser.signIn(ada)
  const tokens = await client.authorizationCodeGrant(config, arrived, kept)
  await assert.rejects(client.authorizationCodeGrant(config, arrived, kept), code('invalid_grant'))
  assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false)
})

test('another PKCE verifier is refused', async () => {
  const config = await configured()
  const kept = await begin(config)
  await browser.signIn(ada)
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  await assert.rejects(client.authorizationCodeGrant(config, arrived, { ...kept, pkceCodeVerifier }), code('invalid_grant'))
})

test('a refresh token gives the next one, and an old one nothing', async () => {
  const config = await configured({ grant_types: ['authorization_code', 'refresh_token'] })
  const first = await signIn(config)
  const second = await client.refreshTokenGrant(config, first.refresh_token)
  assert.notEqual(second.access_token, first.access_token)
  await assert.rejects(client.refreshTokenGrant(config, first.refresh_token), code('invalid_grant'))
})

test('introspection tells of a token until it is revoked', async () => {
  const config = await configured()
  const { access_token } = await signIn(config)
  const told = await client.tokenIntrospection(config, access_token)
  assert.equal(told.active, true)
  assert.equal(told.sub, ada.uid)
  await client.tokenRevocation(config, access_token)
  assert.equal((await client.tokenIntrospection(config, access_token)).active, false)
})

test('without a session, somebody who must not be asked is told so', async () => {
  const config = await configured()
  const kept = await begin(config, { prompt: 'none' })
  await assert.rejects(client.authorizationCodeGrant(config, arrived, kept), code('login_required'))
})

test('with a session, nobody is asked again, unless the client wants it', async () => {
  const config = await configured()
  await signIn(config)
  const kept = await begin(config, { prompt: 'none' })
  assert.equal((await client.authorizationCodeGrant(config, arrived, kept)).claims().sub, ada.uid)
  await begin(config, { prompt: 'login' })
  assert.equal(browser.at, 'whoami')
})

test('a level that the person has not reached asks for the second factor', async () => {
  await begin(await configured(), { acr_values: 'https://ecas.ec.europa.eu/loa/medium' })
  await browser.signIn(ada)
  assert.equal(browser.at, 'second-factor-needed')
})

// What goes wrong at EU Login is armed as a fault, and must be noticed.
for (const [fault, said] of [
  ['token.wrong_issuer', /"iss"/],
  ['token.wrong_audience', /"aud"/],
  ['token.wrong_nonce', /"nonce"/],
  ['token.wrong_signature', /signature|key/],
  ['token.expired', /"exp"/],
  ['token.malformed', /JSON|parse/],
]) {
  test(`the fault ${fault} is noticed`, async () => {
    const config = await configured()
    client.enableNonRepudiationChecks(config)
    await world.fault(fault)
    await assert.rejects(signIn(config), (error) => (assert.match(`${error.message} ${error.cause?.message}`, said), true))
    await browser.open(`${world.eulogin}/cas/logout`)
    await browser.send()
    assert.equal((await signIn(config)).claims().sub, ada.uid) // armed once
  })
}

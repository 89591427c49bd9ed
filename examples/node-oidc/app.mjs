// A web application whose people sign in with EU Login, by OpenID Connect.
//
//   EULOGIN_PUBLIC_URL  EU Login, such as https://ecas.ec.europa.eu; the mock by default
//   EULOGIN_LEVEL       level that is asked for: basic, medium or high; left out, any will do
//   CLIENT_ID           as registered at EU Login, with the redirect address <APP_URL>/callback
//   CLIENT_SECRET
//   APP_URL             this application as browsers reach it; http://localhost:3000 by default

import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import * as client from 'openid-client'

const { CLIENT_ID, CLIENT_SECRET, EULOGIN_LEVEL } = process.env
const EULOGIN = process.env.EULOGIN_PUBLIC_URL ?? 'http://localhost:8401'
const APP = process.env.APP_URL ?? 'http://localhost:3000'
const LEVELS = ['basic', 'medium', 'high'].map((level) => `https://ecas.ec.europa.eu/loa/${level}`)
const WANTED = EULOGIN_LEVEL && `https://ecas.ec.europa.eu/loa/${EULOGIN_LEVEL}`
// Cookies know no ports: on one host, a cookie called "session" would be another application's too.
const COOKIE = 'node_oidc_session'
const SECURE = APP.startsWith('https:') ? '; Secure' : ''

const issuer = new URL(`${EULOGIN}/cas/oauth2`)
const config = await client.discovery(
  issuer,
  CLIENT_ID,
  { id_token_signed_response_alg: 'PS512' }, // EU Login's; left out, any that discovery lists is taken
  client.ClientSecretBasic(CLIENT_SECRET),
  {
    timeout: 5, // seconds for an answer of EU Login
    execute: [
      client.enableNonRepudiationChecks, // verify signatures of ID tokens too; left out, TLS vouches for them
      ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []), // the mock without TLS
    ],
  }
)

const sessions = new Map() // what this application knows of a browser, by its cookie

function sessionOf(request) {
  const cookies = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('='))
  return sessions.get(Object.fromEntries(cookies)[COOKIE])
}

// A new session each time somebody signs in: nobody goes on with one that was there before.
function startSession(response, session) {
  const id = randomUUID()
  sessions.set(id, { ...session, id })
  response.setHeader('Set-Cookie', `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax${SECURE}`)
}

// Off to EU Login. What must come back is kept here: state, nonce, and the secret half of PKCE.
async function signIn(request, response) {
  const verifier = client.randomPKCECodeVerifier()
  const asked = { verifier, state: client.randomState(), nonce: client.randomNonce() }
  startSession(response, { asked })
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${APP}/callback`,
    scope: 'openid email profile',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256', // EU Login demands it
    state: asked.state,
    nonce: asked.nonce,
    ...(WANTED && { acr_values: WANTED }),
  })
  redirect(response, url.href)
}

// Back from EU Login. The claims are in the ID token: EU Login's UserInfo is off.
async function callback(request, response) {
  const session = sessionOf(request)
  if (!session?.asked) return page(response, 400, '<p>This sign-in was not begun here: the cookie is lost.</p>')
  const { verifier, state, nonce } = session.asked
  const tokens = await client.authorizationCodeGrant(config, new URL(request.url, APP), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
  const person = tokens.claims()
  if (WANTED && LEVELS.indexOf(person.acr) < LEVELS.indexOf(WANTED)) throw new Error(`the level is ${person.acr}`)
  sessions.delete(session.id)
  startSession(response, { person, idToken: tokens.id_token })
  redirect(response, `${APP}/private`)
}

// Out of this application, then out of EU Login, which asks before it does so and leads back.
function signOut(request, response) {
  const session = sessionOf(request)
  sessions.delete(session?.id)
  if (!session?.idToken) return redirect(response, `${APP}/`)
  const url = client.buildEndSessionUrl(config, {
    id_token_hint: session.idToken,
    post_logout_redirect_uri: `${APP}/`,
  })
  redirect(response, url.href)
}

function home(request, response) {
  const person = sessionOf(request)?.person
  if (!person) return page(response, 200, '<p><a href="/private">Sign in with EU Login</a></p>')
  const hello = `Hello ${person.given_name} ${person.family_name} (${person.email}), level ${person.acr.split('/').pop()}.`
  page(
    response,
    200,
    `<p>${escape(hello)}</p><form method="post" action="/sign-out"><button>Sign out</button></form>`
  )
}

// What EU Login answered, or what openid-client found wrong with it.
function explain(error) {
  if (error instanceof client.WWWAuthenticateChallengeError) return 'EU Login does not take this client id and secret'
  return [error.error, error.error_description ?? error.message].filter(Boolean).join(': ')
}

const ROUTES = {
  'GET /': home,
  'GET /private': (request, response) => (sessionOf(request)?.person ? home : signIn)(request, response),
  'GET /callback': callback,
  'POST /sign-out': signOut,
}

function redirect(response, location) {
  response.writeHead(303, { Location: location }).end()
}

function page(response, status, content) {
  // Nobody sees it by the back button after signing out.
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' })
  response.end(`<!doctype html><html lang="en"><title>Example</title><h1>Example</h1>${content}</html>`)
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const server = createServer(async (request, response) => {
  const route = ROUTES[`${request.method} ${request.url.split('?')[0]}`]
  if (!route) return page(response, 404, '<p>There is no such page.</p>')
  try {
    await route(request, response)
  } catch (error) {
    page(response, 403, `<p>You are not signed in: ${escape(explain(error))}</p><p><a href="/private">Try again</a></p>`)
  }
})
server.listen(new URL(APP).port || 3000, 'localhost', () => console.log(`running at ${APP}`))

// oauth4webapi, as its example "Authorization Code Flow (OpenID Connect)" shows it.
import express from 'express'
import session from 'express-session'
import * as oauth from 'oauth4webapi'

const { EULOGIN, APP, CLIENT_ID, CLIENT_SECRET } = process.env
const issuer = new URL(`${EULOGIN}/cas/oauth2`)
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer))
const client = { client_id: CLIENT_ID }
const clientAuth = oauth.ClientSecretBasic(CLIENT_SECRET)
const redirect_uri = `${APP}/cb`

const app = express()
app.use(session({ secret: 'of a trial', resave: false, saveUninitialized: false }))
app.get('/login', async (req, res) => {
  const code_verifier = oauth.generateRandomCodeVerifier()
  const nonce = oauth.generateRandomNonce()
  const state = oauth.generateRandomState()
  req.session.asked = { code_verifier, nonce, state }
  const url = new URL(as.authorization_endpoint)
  url.searchParams.set('client_id', client.client_id)
  url.searchParams.set('redirect_uri', redirect_uri)
  url.searchParams.set('response_type', 'code')
  url.searchParams.set('scope', 'openid email profile')
  url.searchParams.set('code_challenge', await oauth.calculatePKCECodeChallenge(code_verifier))
  url.searchParams.set('code_challenge_method', 'S256')
  url.searchParams.set('nonce', nonce)
  url.searchParams.set('state', state)
  res.redirect(url.href)
})
app.get('/cb', async (req, res) => {
  const { code_verifier, nonce, state } = req.session.asked ?? {}
  const params = oauth.validateAuthResponse(as, client, new URL(req.url, APP), state)
  const answer = await oauth.authorizationCodeGrantRequest(as, client, clientAuth, params, redirect_uri, code_verifier)
  const result = await oauth.processAuthorizationCodeResponse(as, client, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  req.session.user = oauth.getValidatedIdTokenClaims(result)
  res.redirect('/')
})
app.get('/logout', (req, res) => req.session.destroy(() => res.redirect('/')))
app.get('/', (req, res) => {
  const user = req.session.user
  res.send(user ? `Hello ${user.sub} <a href="/logout">Sign out</a>` : '<a href="/login">Sign in</a>')
})
app.listen(Number(new URL(APP).port), 'localhost')

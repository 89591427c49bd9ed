// openid-client 5, as the quick start of its README shows it: PKCE in place of `state`, and no nonce.
const express = require('express')
const session = require('express-session')
const { Issuer, generators } = require('openid5')

const { EULOGIN, APP, CLIENT_ID, CLIENT_SECRET } = process.env
const callback = `${APP}/cb`
const app = express()
app.use(session({ secret: 'of a trial', resave: false, saveUninitialized: false }))

async function start() {
  const issuer = await Issuer.discover(`${EULOGIN}/cas/oauth2`)
  const client = new issuer.Client({
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    redirect_uris: [callback],
    response_types: ['code'],
    id_token_signed_response_alg: 'PS512',
  })
  app.get('/login', (req, res) => {
    const code_verifier = generators.codeVerifier()
    req.session.code_verifier = code_verifier
    const code_challenge = generators.codeChallenge(code_verifier)
    res.redirect(
      client.authorizationUrl({ scope: 'openid email profile', code_challenge, code_challenge_method: 'S256' })
    )
  })
  app.get('/cb', async (req, res, next) => {
    try {
      const tokenSet = await client.callback(callback, client.callbackParams(req), {
        code_verifier: req.session.code_verifier,
      })
      req.session.user = tokenSet.claims()
      res.redirect('/')
    } catch (error) {
      next(error)
    }
  })
  app.get('/logout', (req, res) => req.session.destroy(() => res.redirect('/')))
  app.get('/', (req, res) => {
    const user = req.session.user
    res.send(user ? `Hello ${user.sub} <a href="/logout">Sign out</a>` : '<a href="/login">Sign in</a>')
  })
  app.listen(Number(new URL(APP).port), 'localhost')
}
start()

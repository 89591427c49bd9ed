// grant, as its README shows it with Express.
const express = require('express')
const session = require('express-session')
const grant = require('grant').express()

const { EULOGIN, APP, CLIENT_ID, CLIENT_SECRET } = process.env
const app = express()
app.use(session({ secret: 'grant', saveUninitialized: true, resave: false }))
app.use(
  grant({
    defaults: { origin: APP, transport: 'session', state: true },
    eulogin: {
      oauth: 2,
      authorize_url: `${EULOGIN}/cas/oauth2/authorize`,
      access_url: `${EULOGIN}/cas/oauth2/token`,
      token_endpoint_auth_method: 'client_secret_basic',
      key: CLIENT_ID,
      secret: CLIENT_SECRET,
      scope: ['openid', 'email', 'profile'],
      scope_delimiter: ' ',
      nonce: true,
      pkce: true,
      response: ['tokens', 'jwt'],
      callback: '/hello',
    },
  })
)
app.get('/hello', (req, res) => {
  const { response } = req.session.grant ?? {}
  if (!response?.jwt) return res.status(403).send(`Not signed in: ${response?.error ? 'refused' : 'no answer'}`)
  req.session.user = response.jwt.id_token.payload
  res.redirect('/')
})
app.get('/logout', (req, res) => req.session.destroy(() => res.redirect('/')))
app.get('/', (req, res) => {
  const user = req.session.user
  res.send(user ? `Hello ${user.sub} <a href="/logout">Sign out</a>` : '<a href="/connect/eulogin">Sign in</a>')
})
app.listen(Number(new URL(APP).port), 'localhost')

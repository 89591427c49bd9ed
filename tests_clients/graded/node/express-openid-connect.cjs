// express-openid-connect, as its README shows it: all of the application asks for sign-in.
const express = require('express')
const { auth } = require('express-openid-connect')

const { EULOGIN, APP, CLIENT_ID, CLIENT_SECRET } = process.env
const app = express()
app.use(
  auth({
    issuerBaseURL: `${EULOGIN}/cas/oauth2`,
    baseURL: APP,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: 'a long random string of a trial, 32 and more',
    idpLogout: true,
    idTokenSigningAlg: 'PS512',
    authorizationParams: { response_type: 'code' },
  })
)
app.get('/', (req, res) => res.send(`Hello ${req.oidc.user.sub} <a href="/logout">Sign out</a>`))
app.listen(Number(new URL(APP).port), 'localhost')

// connect-cas2, as the quick start of its README shows it.
const express = require('express')
const ConnectCas = require('connect-cas2')
const session = require('express-session')

const { EULOGIN, APP } = process.env
const app = express()
app.use(session({ name: 'NSESSIONID', secret: 'Hello I am a long long long secret', resave: false, saveUninitialized: true }))

const casClient = new ConnectCas({
  servicePrefix: APP,
  serverPath: EULOGIN,
  paths: {
    validate: '/cas/validate',
    serviceValidate: '/cas/laxValidate',
    proxy: '',
    login: '/cas/login',
    logout: '/cas/logout',
    proxyCallback: '',
  },
  slo: true,
})
app.use(casClient.core())
app.get('/logout', casClient.logout())
app.get('/', (req, res) => res.send(`Hello ${req.session.cas.user} <a href="/logout">Sign out</a>`))
app.listen(Number(new URL(APP).port), 'localhost')

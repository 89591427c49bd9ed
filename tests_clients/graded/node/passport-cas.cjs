// passport-cas, as its README shows it.
const express = require('express4') // Express 5 has no req.param, which the library calls
const session = require('express-session')
const passport = require('passport')
const { Strategy } = require('passport-cas')

const { EULOGIN, APP } = process.env
passport.use(
  new Strategy(
    { version: 'CAS3.0', ssoBaseURL: `${EULOGIN}/cas`, serverBaseURL: APP, validateURL: '/laxValidate' },
    (profile, done) => done(null, { login: profile.user })
  )
)
passport.serializeUser((user, done) => done(null, user.login))
passport.deserializeUser((login, done) => done(null, { login }))

const app = express()
app.use(session({ secret: 'of a trial', resave: false, saveUninitialized: false }))
app.use(passport.initialize())
app.use(passport.session())

app.get('/cas_login', (req, res, next) => {
  passport.authenticate('cas', (err, user, info) => {
    if (err) return next(err)
    if (!user) {
      req.session.messages = info.message
      return res.redirect('/')
    }
    req.logIn(user, (err) => {
      if (err) return next(err)
      req.session.messages = ''
      return res.redirect('/')
    })
  })(req, res, next)
})
app.get('/logout', (req, res, next) => req.logout((err) => (err ? next(err) : res.redirect('/'))))
app.get('/', (req, res) =>
  res.send(
    req.user ? `Hello ${req.user.login} <a href="/logout">Sign out</a>` : '<a href="/cas_login">Sign in</a>'
  )
)
app.listen(Number(new URL(APP).port), 'localhost')

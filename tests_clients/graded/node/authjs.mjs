// Auth.js (@auth/express), as its README shows it, with a provider of one's own.
import express from 'express4' // @auth/express reads its path as Express 4 tells it
import { ExpressAuth, getSession } from '@auth/express'

const { EULOGIN, APP, CLIENT_ID, CLIENT_SECRET } = process.env
const config = {
  trustHost: true,
  secret: 'a secret of at least thirty-two characters',
  providers: [
    {
      id: 'eulogin',
      name: 'EU Login',
      type: 'oidc',
      issuer: `${EULOGIN}/cas/oauth2`,
      token: `${EULOGIN}/cas/oauth2/token`,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      client: { id_token_signed_response_alg: 'PS512' },
      checks: ['pkce', 'state'],
    },
  ],
}
const app = express()
app.set('trust proxy', true)
app.use('/auth/*', ExpressAuth(config))
app.get('/', async (req, res) => {
  const session = await getSession(req, config)
  res.send(
    session?.user
      ? `Hello ${session.user.email} <a href="/auth/signout">Sign out</a>`
      : '<a href="/auth/signin">Sign in</a>'
  )
})
app.listen(Number(new URL(APP).port), 'localhost')

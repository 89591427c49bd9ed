// @fastify/oauth2, as its README shows it, by discovery. It gives tokens and no claims: the application decodes the ID
// token, which came straight from EU Login by TLS.
const fastify = require('fastify')()
const oauthPlugin = require('@fastify/oauth2')

const { EULOGIN, APP, CLIENT_ID, CLIENT_SECRET } = process.env
fastify.register(require('@fastify/cookie'))
fastify.register(require('@fastify/session'), { secret: 'a secret with at least 32 characters', cookie: { secure: false } })
fastify.register(oauthPlugin, {
  name: 'euLogin',
  scope: ['openid', 'email', 'profile'],
  credentials: { client: { id: CLIENT_ID, secret: CLIENT_SECRET } },
  startRedirectPath: '/login',
  callbackUri: `${APP}/login/callback`,
  discovery: { issuer: `${EULOGIN}/cas/oauth2` },
})
fastify.get('/login/callback', async function (request, reply) {
  const { token } = await this.euLogin.getAccessTokenFromAuthorizationCodeFlow(request)
  request.session.user = JSON.parse(Buffer.from(token.id_token.split('.')[1], 'base64url'))
  return reply.redirect('/')
})
fastify.get('/logout', async (request, reply) => {
  await request.session.destroy()
  return reply.redirect('/')
})
fastify.get('/', async (request, reply) => {
  const user = request.session.user
  reply.type('text/html')
  return user ? `Hello ${user.sub} <a href="/logout">Sign out</a>` : '<a href="/login">Sign in</a>'
})
fastify.listen({ port: Number(new URL(APP).port), host: 'localhost' })

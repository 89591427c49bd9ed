// http-cas-client, as its README shows it with Node's own server.
const http = require('http')
const httpCasClient = require('http-cas-client')

const { EULOGIN, APP } = process.env
const handler = httpCasClient({
  casServerUrlPrefix: `${EULOGIN}/cas`,
  serverName: APP,
  server: { path: { p3: { serviceValidate: '/laxValidate' } } },
})

http
  .createServer(async (req, res) => {
    if (!(await handler(req, res))) return res.end()
    res.end(`hello ${req.principal.user}`)
  })
  .listen(Number(new URL(APP).port), 'localhost')

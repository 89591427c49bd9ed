// People sign in through EU Login's pages, are refused, and sign out.

import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { Browser, newWorld, startApp } from './eulogin.mjs'

let world, app, browser

beforeEach(async () => {
  world = await newWorld()
  browser = new Browser()
})

afterEach(async () => {
  await app?.stop()
  await world.end()
})

test('somebody signs in, and the ID token tells who it is', async () => {
  app = await startApp(world)
  const ada = await world.persona('registered', { first_name: 'Ada', last_name: 'Berg' })
  await browser.open(`${app.url}/private`)
  await browser.signIn(ada)
  assert.equal(browser.url, `${app.url}/private`)
  assert.match(browser.text, new RegExp(`Hello Ada Berg \\(${ada.email}\\), level basic\\.`))
})

test('a name is shown as text, whatever it holds', async () => {
  app = await startApp(world)
  const ada = await world.persona('registered', { first_name: 'Ada', last_name: '<b>Berg</b>' })
  await browser.open(`${app.url}/private`)
  await browser.signIn(ada)
  assert.ok(!browser.html.includes('<b>'))
})

test('two factors are asked for where the application wants them', async () => {
  app = await startApp(world, { EULOGIN_LEVEL: 'medium' })
  const ada = await world.persona('enrolled')
  await browser.open(`${app.url}/private`)
  await browser.signIn(ada, 'PASSWORD_MOBILE_APP')
  await world.approve(ada)
  await browser.open(browser.url) // a browser with script does it by itself
  assert.equal(browser.url, `${app.url}/private`)
  assert.match(browser.text, /level medium/)
})

test('somebody without a second factor does not get in there', async () => {
  app = await startApp(world, { EULOGIN_LEVEL: 'medium' })
  const ada = await world.persona('registered')
  await browser.open(`${app.url}/private`)
  await browser.signIn(ada)
  assert.equal(browser.at, 'second-factor-needed')
})

test('an address that is not the registered one is refused before anybody signs in', async () => {
  app = await startApp(world, { registration: { redirect_uris: ['http://localhost:3000/callback/'] } })
  await browser.open(`${app.url}/private`)
  assert.equal(browser.at, 'oidc-refused')
  const [refusal] = await world.refusals()
  assert.match(refusal.remedy, /redirect/)
})

test('a wrong secret is refused, and the page says so', async () => {
  app = await startApp(world, { CLIENT_SECRET: 'of another client' })
  const ada = await world.persona('registered')
  await browser.open(`${app.url}/private`)
  await browser.signIn(ada)
  assert.equal(browser.status, 403)
  assert.match(browser.text, /does not take this client id and secret/)
})

test('a sign-in that comes back to another browser is refused', async () => {
  app = await startApp(world)
  const ada = await world.persona('registered')
  await browser.open(`${app.url}/private`)
  browser.forget('node_oidc_session')
  await browser.signIn(ada)
  assert.equal(browser.status, 400)
  assert.match(browser.text, /the cookie is lost/)
})

test('somebody is signed in without pages', async () => {
  app = await startApp(world, { EULOGIN_LEVEL: 'medium' })
  const ada = await world.persona('enrolled', { first_name: 'Ada', last_name: 'Berg' })
  browser.take(await world.session(ada))
  await browser.open(`${app.url}/private`)
  assert.match(browser.text, /Hello Ada Berg .* level medium/)
})

test('who signs out must sign in again', async () => {
  app = await startApp(world)
  const ada = await world.persona('registered')
  await browser.open(`${app.url}/private`)
  await browser.signIn(ada)
  await browser.open(`${app.url}/sign-out`, { method: 'POST' })
  assert.equal(browser.at, 'logout')
  await browser.send()
  assert.equal(browser.url, `${app.url}/`)
  await browser.open(`${app.url}/private`)
  assert.equal(browser.at, 'whoami')
})

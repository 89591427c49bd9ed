// The application in a process of its own, registered in the test's world. It is there when it says so.

import { test as base } from 'eulogin-harness/playwright'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('../app.mjs', import.meta.url))

export const test = base.extend({
  registration: [{}, { option: true }],
  environment: [{}, { option: true }],

  app: async ({ world, registration, environment }, use) => {
    const url = `http://localhost:${await freePort()}`
    const { client_id, client_secret } = await world.clients.create({
      redirect_uris: [`${url}/callback`],
      post_logout_redirect_uris: [`${url}/`],
      ...registration,
    })
    const variables = {
      EULOGIN_PUBLIC_URL: world.addresses.idp,
      APP_URL: url,
      CLIENT_ID: client_id,
      CLIENT_SECRET: client_secret,
      ...environment,
    }
    const app = spawn(process.execPath, [FILE], {
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface(app.stdout)) if (line.startsWith('running')) break
    if (app.exitCode !== null) throw new Error('the application ended before it ran')
    await use(url)
    app.kill()
    if (app.exitCode === null && app.signalCode === null) await once(app, 'exit')
  },
})

async function freePort() {
  const listener = createServer().listen(0, 'localhost')
  await once(listener, 'listening')
  const { port } = listener.address()
  await new Promise((done) => listener.close(done))
  return port
}

// People sign in through EU Login's pages, are refused, and sign out.

import { expect } from 'eulogin-harness/playwright'
import { test } from './app.mjs'

const at = (page, name) => expect(page.locator(`[data-page="${name}"]`)).toBeVisible()

test('somebody signs in, and the ID token tells who it is', async ({ page, app, persona, euLogin }) => {
  const ada = await persona('registered', { first_name: 'Ada', last_name: 'Berg' })
  await page.goto(`${app}/private`)
  await euLogin.signIn(ada)
  await expect(page).toHaveURL(`${app}/private`)
  await expect(page.getByText(`Hello Ada Berg (${ada.email}), level basic.`)).toBeVisible()
})

test('a name is shown as text, whatever it holds', async ({ page, app, persona, euLogin }) => {
  const ada = await persona('registered', { first_name: 'Ada', last_name: '<b>Berg</b>' })
  await page.goto(`${app}/private`)
  await euLogin.signIn(ada)
  await expect(page.getByText('Hello Ada <b>Berg</b>')).toBeVisible()
})

test.describe('the application wants two factors', () => {
  test.use({ environment: { EULOGIN_LEVEL: 'medium' } })

  test('somebody signs in with the phone', async ({ page, app, persona, euLogin }) => {
    const ada = await persona()
    await page.goto(`${app}/private`)
    await euLogin.signIn(ada, 'PASSWORD_MOBILE_APP')
    await expect(page.getByText('level medium')).toBeVisible()
  })

  test('somebody without a second factor does not get in', async ({ page, app, persona, euLogin }) => {
    await page.goto(`${app}/private`)
    await euLogin.signIn(await persona('registered'))
    await at(page, 'second-factor-needed')
  })

  test('somebody is signed in without pages', async ({ page, app, persona, euLogin }) => {
    await euLogin.addSession(await persona('enrolled', { first_name: 'Ada', last_name: 'Berg' }))
    await page.goto(`${app}/private`)
    await expect(page.getByText(/Hello Ada Berg .* level medium/)).toBeVisible()
  })
})

test.describe('the redirect address is another', () => {
  test.use({ registration: { redirect_uris: ['http://localhost:3000/callback/'] } })

  test('it is refused before anybody signs in', async ({ page, app, journal }) => {
    await page.goto(`${app}/private`)
    await at(page, 'oidc-refused')
    const [refusal] = await journal.refusals()
    expect(refusal.remedy).toContain('redirect')
  })
})

test.describe('the secret is wrong', () => {
  test.use({ environment: { CLIENT_SECRET: 'of another client' } })

  test('the page says so', async ({ page, app, persona, euLogin }) => {
    await page.goto(`${app}/private`)
    await euLogin.signIn(await persona('registered'))
    await expect(page.getByText('does not take this client id and secret')).toBeVisible()
  })
})

test('a sign-in that comes back to another browser is refused', async ({ page, context, app, persona, euLogin }) => {
  await page.goto(`${app}/private`)
  await context.clearCookies({ name: 'node_oidc_session' })
  await euLogin.signIn(await persona('registered'))
  await expect(page.getByText('the cookie is lost')).toBeVisible()
})

test('who signs out must sign in again', async ({ page, app, persona, euLogin }) => {
  await page.goto(`${app}/private`)
  await euLogin.signIn(await persona('registered'))
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Log me out' }).click()
  await expect(page).toHaveURL(`${app}/`)
  await page.goto(`${app}/private`)
  await at(page, 'whoami')
})

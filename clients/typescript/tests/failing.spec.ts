// A test that fails, for those who look at what its report says. It is not among the tests of `npm test`.

import { expect, test } from '../src/playwright.js'

test('an application that forgets the service', async ({ world, persona }) => {
  await persona('registered', { email: 'ada@hospital.example' })
  const answer = await fetch(`${world.addresses.idp}/cas/serviceValidate?ticket=ST-1`)
  expect(await answer.text()).toContain('ada')
})

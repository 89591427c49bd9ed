import { defineConfig } from '@playwright/test'

const { EULOGIN_BROWSER, EULOGIN_URL, NODE_EXTRA_CA_CERTS } = process.env

export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  use: {
    trace: 'retain-on-failure',
    launchOptions: { executablePath: EULOGIN_BROWSER }, // left out: the browser that `npx playwright install` brings
    ignoreHTTPSErrors: Boolean(NODE_EXTRA_CA_CERTS), // Node reads that file, browsers do not
  },
  // Where no mock runs, one is started for the tests.
  webServer: EULOGIN_URL ? undefined : { command: 'eulogin-harness serve', url: 'http://localhost:8400/readyz', reuseExistingServer: true },
})

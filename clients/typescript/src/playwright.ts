// Fixtures for Playwright Test: a world of its own for each test; what it knows of a failure stands in the report.

import { expect, type Page, test as base, type TestInfo } from '@playwright/test'
import { Harness } from './harness.js'
import type { Schemas } from './http.js'
import type { Clock, Event, Events, Faults, Mails, Persona, Personas, Phone, World } from './world.js'

/** Options, for `use` in the configuration or `test.use()`. */
export type WorkerOptions = {
  /** The mock's desk; by default what EULOGIN_URL says, else http://localhost:8400. */
  euloginUrl: string | undefined
}
export type Options = {
  /** How the test's world begins: `now`, `frozen`, `seed`, `profile`, `settings`. */
  euloginWorld: Schemas['WorldBody']
}

export type WorkerFixtures = {
  harness: Harness
}
export type Fixtures = {
  /** A fresh world, gone after the test. */
  world: World
  /** Makes people: `await persona('enrolled', { language: 'fr' })`. */
  persona: Personas['create']
  /** A new phone with the EU Login app. Those of people: `world.phones.get(ada.phone_id)`. */
  phone: Phone
  /** All mails: `await mailbox.wait({ to: ada.email })`. */
  mailbox: Mails
  /** World time: `await clock.advance({ minutes: 5 })`. */
  clock: Clock
  /** What goes wrong, on demand: `await faults.arm('push.lost')`. */
  faults: Faults
  /** What happened, refusals with their reason. */
  journal: Events
  /** EU Login's pages in the test's page. */
  euLogin: EuLogin
}

/** EU Login's pages in a browser, in whatever language they are shown. */
export class EuLogin {
  constructor(
    readonly page: Page,
    private readonly world: World
  ) {}

  /** From the first page to what comes after the sign-in: by password, and with the phone where that is asked for. */
  async signIn(person: Persona, method: 'PASSWORD' | 'PASSWORD_MOBILE_APP' = 'PASSWORD'): Promise<void> {
    await this.page.locator('[name=username]').fill(person.email)
    await this.page.locator('[name=whoamiSubmit]').click()
    await this.page.locator('[name=password]').fill(known(person, 'password'))
    const methods = this.page.locator('#verif-method-dd-id') // not there where the password is the only method
    if (await methods.count()) {
      await methods.click()
      await this.page.locator(`#verif-method-dd-${method}`).click()
    }
    await this.page.locator('[name=_submit]').click()
    if (method === 'PASSWORD_MOBILE_APP') await this.world.phones.get(person.phone_id).approve(known(person, 'pin'))
  }

  /** Sign somebody in without pages, for tests that are about what comes after. */
  async addSession(person: Persona, fields: Schemas['SessionBody'] = {}): Promise<void> {
    const { storage_state } = await this.world.personas.session(person, fields)
    await this.page.context().addCookies(storage_state.cookies)
  }
}

function known(person: Persona, name: 'password' | 'pin'): string {
  const secret = person[name]
  if (secret === null) throw new Error(`${person.email} has no ${name}: at stage ${person.stage} only the person knows one`)
  return secret
}

export const test = base.extend<Fixtures & Options, WorkerFixtures & WorkerOptions>({
  euloginUrl: [undefined, { option: true, scope: 'worker' }],
  euloginWorld: [{}, { option: true }],

  harness: [async ({ euloginUrl }, use) => use(new Harness({ url: euloginUrl })), { scope: 'worker' }],

  world: async ({ harness, euloginWorld }, use, testInfo) => {
    const settings = { 'bundle.checkpoints': CHECKPOINTS, ...euloginWorld.settings }
    const world = await harness.createWorld({ ...euloginWorld, settings })
    await use(world)
    if (testInfo.status !== testInfo.expectedStatus) await report(world, testInfo)
    await world.delete()
  },

  persona: async ({ world }, use) => use((stage, fields) => world.personas.create(stage, fields)),
  phone: async ({ world }, use) => use(await world.phones.create()),
  mailbox: async ({ world }, use) => use(world.mails),
  clock: async ({ world }, use) => use(world.clock),
  faults: async ({ world }, use) => use(world.faults),
  journal: async ({ world }, use) => use(world.events),
  euLogin: async ({ page, world }, use) => use(new EuLogin(page, world)),
})

export { expect }

const CHECKPOINTS = 50 // a test that fails can be replayed from each of its newest requests

/** Attach what the world knows: what was refused comes first. A test fails for its own reason, never for this one's. */
async function report(world: World, testInfo: TestInfo): Promise<void> {
  try {
    const events = await world.events.list()
    const mails = await world.mails.list()
    await attach(testInfo, 'EU Login refused', refusals(events))
    await attach(testInfo, 'EU Login journal', events.map((event) => `${event.at} ${event.type}: ${event.sentence}`))
    await attach(testInfo, 'EU Login mails', mails.map(({ to, subject, text }) => `To ${to}: ${subject}\n\n${text}\n`))
    const body = Buffer.from(await world.bundle())
    await testInfo.attach('world.eulogin.zip', { body, contentType: 'application/zip' })
  } catch (error) {
    await attach(testInfo, 'EU Login', [`What the world knows could not be read: ${error}`])
  }
}

function refusals(events: Event[]): string[] {
  const refused = events.filter((event) => event.remedy != null)
  return refused.map(({ type, got, expected, remedy }) => `${type}: got ${got}; expected ${expected}. What to do: ${remedy}.`)
}

async function attach(testInfo: TestInfo, name: string, lines: string[]): Promise<void> {
  await testInfo.attach(name, { body: lines.join('\n') || 'nothing', contentType: 'text/plain' })
}

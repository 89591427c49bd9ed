// The client and the fixtures against a mock at EULOGIN_URL, without a browser.

import { Harness, ProblemError } from '../src/index.js'
import { expect, test } from '../src/playwright.js'

test.use({ euloginWorld: { now: '2026-11-27T17:00:00+01:00', frozen: true } })

test('a test has a world of its own, whose clock goes as it says', async ({ world, clock }) => {
  expect(world.name).not.toBe('default')
  expect(await clock.now()).toEqual(new Date('2026-11-27T16:00:00Z'))
  expect(await clock.advance({ minutes: 4, seconds: 59 })).toEqual(new Date('2026-11-27T16:04:59Z'))
  expect(await clock.set('2026-11-28T00:00:00Z')).toEqual(new Date('2026-11-28T00:00:00Z'))
})

test('people are made at a stage, one or many', async ({ world, persona }) => {
  const ada = await persona('enrolled', { first_name: 'Ada', language: 'fr' })
  expect([ada.first_name, ada.stage, ada.pin.length]).toEqual(['Ada', 'enrolled', 4])
  const others = await world.personas.createMany(3, 'registered')
  expect(await world.personas.list({ stage: 'registered' })).toEqual(expect.arrayContaining(others))
  expect((await world.personas.change(ada.id, { disabled: true })).disabled).toBe(true)
  await world.personas.delete(ada.id)
  expect((await world.personas.list()).map(({ id }) => id)).not.toContain(ada.id)
})

test('a mail is awaited, and the journal tells that it was late', async ({ world, persona, faults, mailbox, journal, clock }) => {
  const ada = await persona('access_requested')
  const [request] = ada.requests
  await faults.arm('mail.late', { for: ada.email, seconds: 60 })
  await world.api.POST('/api/access-requests/{id}/decide', {
    params: { path: { id: request!.id } },
    body: { decision: 'approve' },
  })
  expect(await mailbox.list({ to: ada.email })).toEqual([])
  await clock.advance('PT1M')
  expect((await mailbox.wait({ to: ada.email })).subject).toContain('is approved')
  expect((await journal.wait({ type: 'fault.struck' }))['fault']).toBe('mail.late')
})

test('a phone changes its switches', async ({ phone }) => {
  expect((await phone.change({ online: false })).settings.online).toBe(false)
  expect((await phone.screen()).settings.online).toBe(false)
})

test('a call that is refused says what to do', async ({ world }) => {
  const call = world.personas.create('enrolled', { email: 'nobody' })
  await expect(call).rejects.toThrow(ProblemError)
  await expect(call).rejects.toMatchObject({ status: 422, type: 'wrong-field', instructions: expect.stringContaining('mend') })
})

test('settings change, and a reset takes them back', async ({ world }) => {
  const life = async () => {
    const { data } = await world.api.GET('/api/settings')
    return data!.items.find((setting) => setting.name === 'link.life')!.value
  }
  await world.changeSettings({ 'link.life': 'PT15M' })
  expect(await life()).toBe('PT15M')
  await world.reset()
  expect(await life()).toBe('PT5M')
})

test('the mock names its worlds', async ({ world, harness }) => {
  expect((await harness.worlds()).map((each) => each.name)).toContain(world.name)
  expect((await harness.world()).name).toBe('default')
  expect((await new Harness().ready()).ready).toBe(true)
})

// What the compiler refuses and what it lets pass; `npm test` compiles it. Nothing here is ever run.

import { Harness } from '../src/index.js'

const world = await new Harness().createWorld({ frozen: true, settings: { 'link.life': 'PT15M', captcha: true } })

const ada = await world.personas.create()
await world.phones.get(ada.phone_id).approve(ada.pin) // enrolled, so there is a PIN
const bea = await world.personas.create('registered', { first_name: 'Bea', groups: ['A'] })
bea.password.length
await world.faults.arm('push.late', { for: ada.email, seconds: 60 })
await world.clock.advance({ minutes: 5 })
const { items } = (await world.api.GET('/api/captchas', { params: { query: { wait: 1 } } })).data!
items.map((captcha) => captcha.code.length)

// @ts-expect-error a stage
await world.personas.create('enroled')
// @ts-expect-error a person's field
await world.personas.create('enrolled', { firstname: 'Ada' })
// @ts-expect-error a fault
await world.faults.arm('mail.losst')
// @ts-expect-error a switch of a phone
await world.phones.get(ada.phone_id).change({ onlin: false })
// @ts-expect-error a setting
await world.changeSettings({ 'link.live': 'PT15M' })
// @ts-expect-error a setting's form
await world.changeSettings({ 'device.max': 'two' })
// @ts-expect-error a PIN of somebody without a phone
await world.phones.get(bea.phone_id).approve(bea.pin)
// @ts-expect-error a call
await world.api.GET('/api/mail')

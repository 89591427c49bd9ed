// A world and all that is in it, by subject.

import { type Api, type Duration, isoDuration, isoMoment, items, type Moment, type Schemas, unwrap, WAIT } from './http.js'

export type Stage = Schemas['Stage']
export type Persona = Schemas['Persona']
export type PersonaFields = Omit<Schemas['PersonaFields'], 'stage'>
export type FaultName = Schemas['FaultName']
export type Settings = Schemas['SettingsBody']
export type Mail = Schemas['Mail']
export type Event = Schemas['Event']
export type PhoneAnswer = Schemas['PhoneAnswer']

/** A person made at a stage: with a password once registered, and with a PIN once the phone is enrolled. */
export type Made<S extends Stage> = Persona &
  (S extends 'invited' ? unknown : { password: string }) &
  (S extends 'invited' | 'registered' | 'device_added' ? unknown : { pin: string })

/** People at a stage of the onboarding. */
export class Personas {
  constructor(private readonly api: Api) {}

  /** A person at a stage, with all before it; what is not said is made up. */
  async create<S extends Stage = 'enrolled'>(stage?: S, fields: PersonaFields = {}): Promise<Made<S>> {
    return (await unwrap(this.api.POST('/api/personas', { body: { stage, ...fields } }))) as Made<S>
  }

  /** People after one template, all or none. */
  createMany(count: number, stage?: Stage, template: PersonaFields = {}): Promise<Persona[]> {
    return items(this.api.POST('/api/personas/batch', { body: { count, template: { stage, ...template } } }))
  }

  list(query: { stage?: Stage; network?: string } = {}): Promise<Persona[]> {
    return items(this.api.GET('/api/personas', { params: { query } }))
  }

  get(id: number): Promise<Persona> {
    return unwrap(this.api.GET('/api/personas/{id}', { params: { path: { id } } }))
  }

  change(id: number, fields: Schemas['PersonaChange']): Promise<Persona> {
    return unwrap(this.api.PATCH('/api/personas/{id}', { params: { path: { id } }, body: fields }))
  }

  async delete(id: number): Promise<void> {
    await unwrap(this.api.DELETE('/api/personas/{id}', { params: { path: { id } } }))
  }

  /** Sign somebody in at EU Login without pages. `storage_state` is for Playwright's `newContext`. */
  session(person: Persona, fields: Schemas['SessionBody'] = {}): Promise<Session> {
    const call = this.api.POST('/api/personas/{id}/session', { params: { path: { id: person.id } }, body: fields })
    return unwrap(call) as Promise<Session>
  }
}

/** A cookie as Playwright and browsers know it. */
export type Cookie = {
  name: string
  value: string
  domain: string
  path: string
  expires: number
  httpOnly: boolean
  secure: boolean
  sameSite: 'Strict' | 'Lax' | 'None'
}

export type Session = Omit<Schemas['SessionAnswer'], 'storage_state'> & {
  storage_state: { cookies: Cookie[]; origins: [] }
}

/** One phone, as its owner uses it. Each deed answers with what it shows. */
export class Phone {
  constructor(
    private readonly api: Api,
    readonly id: string
  ) {}

  private get at() {
    return { params: { path: { id: this.id } } }
  }

  screen(): Promise<PhoneAnswer> {
    return unwrap(this.api.GET('/api/phones/{id}', this.at))
  }

  /** Approve a sign-in, waiting for it. `wait`: seconds of real time. */
  approve(pin: string, { request, wait = WAIT }: { request?: string; wait?: number } = {}): Promise<PhoneAnswer> {
    return unwrap(this.api.POST('/api/phones/{id}/approve', { ...this.at, body: { pin, request, wait } }))
  }

  approveWithBiometrics({ request, wait = WAIT }: { request?: string; wait?: number } = {}): Promise<PhoneAnswer> {
    return unwrap(this.api.POST('/api/phones/{id}/approve', { ...this.at, body: { biometrics: true, request, wait } }))
  }

  deny({ request, wait = WAIT }: { request?: string; wait?: number } = {}): Promise<PhoneAnswer> {
    return unwrap(this.api.POST('/api/phones/{id}/deny', { ...this.at, body: { request, wait } }))
  }

  /** Scan the QR code of a new device or of a sign-in: a screenshot that shows it, or what it holds. */
  scan(code: Uint8Array | { payload: string }): Promise<PhoneAnswer> {
    const body = code instanceof Uint8Array ? { image: Buffer.from(code).toString('base64') } : code
    return unwrap(this.api.POST('/api/phones/{id}/scan', { ...this.at, body }))
  }

  /** Confirm the scanned code of a new device with its PIN. */
  initialise(pin: string): Promise<PhoneAnswer> {
    return unwrap(this.api.POST('/api/phones/{id}/initialise', { ...this.at, body: { pin } }))
  }

  /** The one-time password for the scanned sign-in; six digits with setting `one_time_code` = totp. */
  async oneTimeCode(): Promise<string> {
    return (await unwrap(this.api.POST('/api/phones/{id}/one-time-code', { ...this.at, body: {} }))).code
  }

  /** Change switches: `online`, `notifications`, `biometrics`, `auto_approve` and others. */
  change(switches: Schemas['PhoneChange']): Promise<PhoneAnswer> {
    return unwrap(this.api.PATCH('/api/phones/{id}', { ...this.at, body: switches }))
  }
}

/** The phones of a world. */
export class Phones {
  constructor(private readonly api: Api) {}

  async create(fields: Schemas['PhoneBody'] = {}): Promise<Phone> {
    return this.get((await unwrap(this.api.POST('/api/phones', { body: fields }))).id)
  }

  /** The phone of that id, such as `persona.phone_id`. */
  get(id: string): Phone {
    return new Phone(this.api, id)
  }

  list(): Promise<Schemas['PhoneLine'][]> {
    return items(this.api.GET('/api/phones'))
  }
}

/** World time. */
export class Clock {
  constructor(private readonly api: Api) {}

  async now(): Promise<Date> {
    return new Date((await unwrap(this.api.GET('/api/clock'))).now)
  }

  /** Go forward: `advance({ minutes: 5 })`. */
  advance(duration: Duration): Promise<Date> {
    return this.move({ advance: isoDuration(duration) })
  }

  /** Go forward to a moment. */
  set(moment: Moment): Promise<Date> {
    return this.move({ set: isoMoment(moment) })
  }

  freeze(): Promise<Date> {
    return this.move({ freeze: true })
  }

  /** Let a frozen clock run on. */
  run(): Promise<Date> {
    return this.move({ freeze: false })
  }

  private async move(body: Schemas['ClockBody']): Promise<Date> {
    return new Date((await unwrap(this.api.POST('/api/clock', { body }))).now)
  }
}

type MailQuery = { to?: string; subject?: string; folder?: Schemas['Folder']; after?: number }

/** The mails that arrived. */
export class Mails {
  constructor(private readonly api: Api) {}

  list(query: MailQuery = {}): Promise<Mail[]> {
    return items(this.api.GET('/api/mails', { params: { query } }))
  }

  /** The first mail that fits, waiting until there is one. Throws ProblemError `nothing-yet`. */
  async wait({ wait = WAIT, ...query }: MailQuery & { wait?: number } = {}): Promise<Mail> {
    return first(await items(this.api.GET('/api/mails', { params: { query: { ...query, wait } } })))
  }
}

type EventQuery = { type?: string; for?: string; after?: number; correlation_id?: string }

/** The journal: what happened, refusals with their reason. */
export class Events {
  constructor(private readonly api: Api) {}

  list(query: EventQuery = {}): Promise<Event[]> {
    return items(this.api.GET('/api/events', { params: { query } }))
  }

  /** The first event that fits, waiting until there is one. Throws ProblemError `nothing-yet`. */
  async wait({ wait = WAIT, ...query }: EventQuery & { wait?: number } = {}): Promise<Event> {
    return first(await items(this.api.GET('/api/events', { params: { query: { ...query, wait } } })))
  }

  /** What was refused: what was expected, what came, what to do (`remedy`). */
  async refusals(query: EventQuery = {}): Promise<Event[]> {
    return (await this.list(query)).filter((event) => event.remedy != null)
  }
}

/** What goes wrong in reality, on demand. */
export class Faults {
  constructor(private readonly api: Api) {}

  list(): Promise<Schemas['FaultAnswer'][]> {
    return items(this.api.GET('/api/faults'))
  }

  /** Inject a fault, once unless said otherwise: `arm('push.late', { for: ada.email, seconds: 60 })`. */
  arm(name: FaultName, fields: Schemas['FaultBody'] = {}): Promise<Schemas['ArmedFault']> {
    return unwrap(this.api.POST('/api/faults/{name}', { params: { path: { name } }, body: fields }))
  }

  async disarm(name: FaultName): Promise<void> {
    await unwrap(this.api.DELETE('/api/faults/{name}', { params: { path: { name } } }))
  }
}

/** OpenID Connect clients of EU Login. */
export class Clients {
  constructor(private readonly api: Api) {}

  /** A client, by the names of RFC 7591; the answer has its `client_id` and `client_secret`. */
  create(fields: Schemas['ClientBody']): Promise<Schemas['ClientAnswer']> {
    return unwrap(this.api.POST('/api/clients', { body: fields }))
  }

  list(): Promise<Schemas['ClientAnswer'][]> {
    return items(this.api.GET('/api/clients'))
  }
}

/** CAS services of EU Login. */
export class Services {
  constructor(private readonly api: Api) {}

  create(fields: Schemas['ServiceBody']): Promise<Schemas['ServiceAnswer']> {
    return unwrap(this.api.POST('/api/services', { body: fields }))
  }

  list(): Promise<Schemas['ServiceAnswer'][]> {
    return items(this.api.GET('/api/services'))
  }
}

/** One world: its name, the addresses of its actors, and everything in it. `api` has all calls, typed. */
export class World {
  readonly name: string
  readonly addresses: Schemas['WorldAnswer']['addresses']
  readonly personas: Personas
  readonly phones: Phones
  readonly clock: Clock
  readonly mails: Mails
  readonly events: Events
  readonly faults: Faults
  readonly clients: Clients
  readonly services: Services

  constructor(
    answer: Schemas['WorldAnswer'],
    readonly api: Api
  ) {
    this.name = answer.name
    this.addresses = answer.addresses
    this.personas = new Personas(api)
    this.phones = new Phones(api)
    this.clock = new Clock(api)
    this.mails = new Mails(api)
    this.events = new Events(api)
    this.faults = new Faults(api)
    this.clients = new Clients(api)
    this.services = new Services(api)
  }

  /** Change settings by their dotted names: `changeSettings({ 'link.life': 'PT15M' })`. */
  async changeSettings(values: Settings): Promise<void> {
    await unwrap(this.api.PATCH('/api/settings', { body: values }))
  }

  /** This world as new. */
  async reset(spec: Schemas['WorldBody'] = {}): Promise<void> {
    await unwrap(this.api.POST('/api/reset', { body: spec }))
  }

  /** The world as one file, for `eulogin-harness replay`. It holds the mock's secrets. */
  async bundle(): Promise<Uint8Array> {
    const content = await unwrap(this.api.GET('/api/bundle', { parseAs: 'arrayBuffer' }))
    return new Uint8Array(content as unknown as ArrayBuffer)
  }

  /** End the world. */
  async delete(): Promise<void> {
    await unwrap(this.api.DELETE('/api/worlds/{name}', { params: { path: { name: this.name } } }))
  }
}

function first<T>(found: T[]): T {
  return found[0] as T // a call that waits answers with one at least
}

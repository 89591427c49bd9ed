// A running mock and its worlds.

import { connect, items, type Schemas, unwrap } from './http.js'
import { World } from './world.js'

/** A running mock, by the address of its desk and the token that it may demand. */
export class Harness {
  readonly url: string
  private readonly token: string | undefined

  /** By default what EULOGIN_URL and EULOGIN_TOKEN say, else http://localhost:8400. */
  constructor({ url, token }: { url?: string; token?: string } = {}) {
    this.url = (url ?? process.env['EULOGIN_URL'] ?? 'http://localhost:8400').replace(/\/+$/, '')
    this.token = token ?? process.env['EULOGIN_TOKEN']
  }

  /** A world of its own people, clients, time, mails and journal; all of its spec may be left out. */
  async createWorld(spec: Schemas['NewWorldBody'] = {}): Promise<World> {
    return this.worldOf(await unwrap(connect(this.url, this.token).POST('/api/worlds', { body: spec })))
  }

  /** The worlds of this mock. */
  async worlds(): Promise<World[]> {
    const answers = await items(connect(this.url, this.token).GET('/api/worlds'))
    return answers.map((answer) => this.worldOf(answer))
  }

  /** The world of that name: `default` is the one without prefix. */
  async world(name = 'default'): Promise<World> {
    const world = (await this.worlds()).find((each) => each.name === name)
    if (!world) throw new Error(`there is no world ${name} at ${this.url}`)
    return world
  }

  /** Versions, addresses and the mail server. */
  ready(): Promise<Schemas['Ready']> {
    return unwrap(connect(this.url, this.token).GET('/readyz'))
  }

  /** The world behind an answer, reached the way this mock is reached. */
  private worldOf(answer: Schemas['WorldAnswer']): World {
    const prefix = answer.name === 'default' ? '' : `/w/${answer.name}`
    return new World(answer, connect(this.url + prefix, this.token))
  }
}

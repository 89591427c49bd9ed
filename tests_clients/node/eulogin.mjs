// The mock by its control API alone: no Python is needed here. And a small browser without script.

const DESK = process.env.EULOGIN_URL ?? 'http://localhost:8400'
const TOKEN = process.env.EULOGIN_TOKEN

async function call(method, path, body) {
  const headers = { 'Content-Type': 'application/json', ...(TOKEN && { Authorization: `Bearer ${TOKEN}` }) }
  const answer = await fetch(DESK + path, { method, headers, body: body && JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`)
  return text && JSON.parse(text)
}

// A world of the test's own: its people, its clients, its clock, its journal.
export async function newWorld() {
  const { name, addresses } = await call('POST', '/api/worlds', {})
  const inWorld = (method, path, body) => call(method, `/w/${name}${path}`, body)
  return {
    eulogin: addresses.idp,
    persona: (stage, fields) => inWorld('POST', '/api/personas', { stage, ...fields }),
    client: (fields) => inWorld('POST', '/api/clients', fields),
    change: (settings) => inWorld('PATCH', '/api/settings', settings),
    fault: (name) => inWorld('POST', `/api/faults/${name}`, {}),
    end: () => call('DELETE', `/api/worlds/${name}`),
  }
}

export class Browser {
  #cookies = [] // of one host: cookies know no ports, but they know paths

  // Follows redirects as a browser does.
  async open(url, options = {}) {
    for (let hop = 0; hop < 20; hop++) {
      const { pathname } = new URL(url)
      const fitting = this.#cookies.filter(({ path }) => `${pathname}/`.startsWith(path.endsWith('/') ? path : `${path}/`))
      const cookie = fitting.map(({ name, value }) => `${name}=${value}`).join('; ')
      const answer = await fetch(url, { ...options, redirect: 'manual', headers: { ...options.headers, cookie } })
      answer.headers.getSetCookie().forEach((line) => this.#keep(line))
      const location = answer.headers.get('location')
      if (!location) {
        Object.assign(this, { url, status: answer.status, html: await answer.text() })
        return this
      }
      await answer.body?.cancel()
      url = new URL(location, url).href
      options = {}
    }
    throw new Error(`twenty redirects, the last one to ${url}`)
  }

  #keep(line) {
    const [, name, value] = line.match(/^([^=]*)=([^;]*)/)
    const path = line.match(/;\s*path=([^;]*)/i)?.[1] ?? '/'
    this.#cookies = this.#cookies.filter((other) => other.name !== name || other.path !== path)
    if (!/;\s*max-age=0\b|expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.push({ name, value, path })
  }

  // Sends the first form of what the page is about, with its hidden fields.
  send(fields = {}) {
    const main = this.html.slice(Math.max(this.html.lastIndexOf('<main'), 0))
    const form = main.match(/<form[^>]*method="post"[^>]*>.*?<\/form>/s)
    if (!form) throw new Error(`there is no form at ${this.url}: ${this.text}`)
    const action = form[0].match(/^<form[^>]*\baction="([^"]*)"/)?.[1] ?? ''
    const body = new URLSearchParams()
    for (const [tag] of form[0].matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      body.set(tag.match(/name="([^"]*)"/)[1], unescape(tag.match(/value="([^"]*)"/)?.[1] ?? ''))
    }
    Object.entries(fields).forEach(([name, value]) => body.set(name, value))
    return this.open(new URL(unescape(action), this.url).href, { method: 'POST', body })
  }

  async signIn(person, strength = 'PASSWORD') {
    await this.send({ username: person.email })
    return this.send({ password: person.password, loginStrength: strength })
  }

  // Which page of the mock is shown.
  get at() {
    return this.html.match(/data-page="([^"]*)"/)?.[1] ?? ''
  }

  get text() {
    return unescape(this.html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '))
  }
}

function unescape(text) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"' }
  return text.replace(/&(?:#(\d+)|(\w+));/g, (all, code, name) => (code ? String.fromCharCode(code) : (named[name] ?? all)))
}

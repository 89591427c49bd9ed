// HTTP to one world's control API.

import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './schema.js'

export type Schemas = components['schemas']
export type Api = Client<paths>
type Problem = Schemas['ProblemDocument']

/** Seconds of real time that waiting calls wait, unless said otherwise. */
export const WAIT = 10

/** The mock said no. `type` is for scripts; the others are sentences. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly type: string
  readonly title: string
  readonly expected: string
  readonly got: string
  readonly instructions: string

  constructor(
    readonly status: number,
    { type = 'unknown', title, detail = '', expected = '', got = '', instructions = '' }: Partial<Problem>
  ) {
    super(`${title ?? `HTTP ${status}`} (${type}): ${detail}. What to do: ${instructions}.`)
    this.type = type
    this.title = title ?? `HTTP ${status}`
    this.expected = expected
    this.got = got
    this.instructions = instructions
  }
}

/** The calls of the world at this address. */
export function connect(url: string, token?: string): Api {
  const headers = token ? { Authorization: `Bearer ${token}` } : {}
  return createClient<paths>({ baseUrl: url, headers, fetch: (request) => reach(request, url) })
}

async function reach(request: Request, url: string): Promise<Response> {
  try {
    return await fetch(request)
  } catch (cause) {
    const what = cause instanceof Error ? (cause.cause ?? cause) : cause
    throw new Error(
      `No mock answers at ${url} (${what}): start one with eulogin-harness serve, or say where it is by EULOGIN_URL`,
      { cause }
    )
  }
}

/** What a call answers. Throws ProblemError. */
export async function unwrap<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw new ProblemError(response.status, isProblem(error) ? error : { detail: String(error ?? '') })
  return data as T
}

/** The list that a call answers. Throws ProblemError. */
export async function items<T>(call: Promise<{ data?: { items: T[] }; error?: unknown; response: Response }>): Promise<T[]> {
  return (await unwrap(call)).items
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'type' in error
}

/** ISO 8601, or units of it. */
export type Duration = string | { days?: number; hours?: number; minutes?: number; seconds?: number }
export type Moment = string | Date

export function isoDuration(duration: Duration): string {
  if (typeof duration === 'string') return duration
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = duration
  return `PT${((days * 24 + hours) * 60 + minutes) * 60 + seconds}S`
}

export function isoMoment(moment: Moment): string {
  return moment instanceof Date ? moment.toISOString() : moment
}

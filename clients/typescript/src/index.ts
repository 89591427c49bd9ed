export { Harness } from './harness.js'
export { type Api, type Duration, type Moment, ProblemError, type Schemas } from './http.js'
export type {
  Clients,
  Clock,
  Cookie,
  Event,
  Events,
  FaultName,
  Faults,
  Made,
  Mail,
  Mails,
  Persona,
  PersonaFields,
  Personas,
  Phone,
  PhoneAnswer,
  Phones,
  Services,
  Session,
  Settings,
  Stage,
  World,
} from './world.js'
export type { components, operations, paths } from './schema.js'

import type { Suara } from './suara.js'

export type * from './suara.js'

/** A survey, as docs/configure.md describes it. */
export interface Survey {
  id: string
  version: number
  questions: object[]
  [member: string]: unknown
}

/** What the attributes of the tag say in a page. */
export interface Settings {
  /** The survey itself, its name on the collector, or the address of its file. */
  survey: Survey | string
  /** Where answers go. Without it: to the collector. */
  endpoint?: string
  /** The collector's address; without it, this page's own. */
  collector?: string
  /** `status`: any 2xx counts as received, for an endpoint that cannot write receipts. */
  receipt?: 'status'
  /** The language to ask in; without it that of `<html lang>`, else the browser's. */
  locale?: string
  /** How long to wait before asking, in milliseconds; 3000 without it. */
  delayMs?: number
  /** Take the plain-JavaScript prompt without trying WebAssembly, where the page's policy refuses that. */
  plain?: true
  /** `manual`: only ever ask on `suara('show')`. */
  trigger?: 'manual'
  /** Conditions and triggers, checked before anything is fetched. */
  when?: object
  /** Hidden fields; the survey lists the names that it takes. */
  fields?: Record<string, string | number | boolean>
  /** Who the visitor is: a token that your backend has signed; see docs/identity.md. */
  identity?: string
  /** Where the prompt stands, in place of what the survey says. */
  display?: object
  /** `required`: nothing is read, stored or shown before `suara('consent', true)`. */
  consent?: 'required'
}

/** Starts Suara, and gives what the tag calls `suara`. On a server it does nothing. */
export function start(settings: Settings): Suara

/** What `suara('show')` takes. */
export interface ShowOptions {
  /** Which survey, as in `data-survey`; without it that of the first tag. */
  survey?: string
  /** Ask whatever the clocks say, because the visitor asked to be asked: a feedback button, for example. */
  again?: boolean
  /** A score that is known already, as from a mail; it is stored at once. */
  score?: number
  /** Hidden fields; the survey lists the names that it takes. */
  fields?: Record<string, string | number | boolean>
  /** Where, in place of what the survey says. */
  display?: {
    kind?: 'corner' | 'modal' | 'bar' | 'tab' | 'inline'
    position?: 'bottom-end' | 'bottom' | 'bottom-start' | 'top-start' | 'top' | 'top-end'
    target?: string | Element
    label?: Record<string, string>
  }
}

/** What a `suara:` event tells; never a comment, never an e-mail address. */
export interface Detail {
  survey: string
  id: string
  score?: number
}

export type EventName = 'shown' | 'scored' | 'sent' | 'dismissed' | 'later' | 'hidden'

/** A rule, whether it holds now, and what it wants; for `clocks` the marks that hold the survey back. */
export type Row = [rule: string, holds: boolean, wanted?: unknown]

/** What is known of one survey on this page. */
export interface Status {
  survey: string
  /** True once it was shown on this page. */
  shown?: boolean
  /** Why it was not, when it was tried. */
  said?: string
  rows: Row[]
}

/** The one global that the loader adds. It never throws; what it returns is a promise, or nothing on the stub. */
export interface Suara {
  /** Ask now, whatever the rules say, unless the visitor was asked lately. */
  (verb: 'show', options?: ShowOptions): Promise<void>
  /** Close what is open; that is not counted as the visitor's doing. */
  (verb: 'hide'): Promise<void>
  /**
   * Tell what is known of the visitor, for rules and hidden fields. `identity` is neither: a token that your backend has
   * signed, which goes along with the answer.
   */
  (verb: 'identify', attributes: Record<string, string | number | boolean | null>): Promise<void>
  /** Forget what `identify` told, as when somebody signs out, and close what is open. */
  (verb: 'reset'): Promise<void>
  /** Something happened; rules may wait for it. */
  (verb: 'track', name: string, properties?: Record<string, string | number | boolean | null>): Promise<void>
  /** With `data-consent="required"` nothing happens before true; false closes and erases all that is kept. */
  (verb: 'consent', given: boolean): Promise<void>
  (verb: 'on' | 'off', name: EventName, listener: (event: CustomEvent<Detail>) => void): Promise<void>
  /** Rule by rule, why each survey is or is not shown. */
  (verb: 'status'): Promise<Status[]>
  /** The version of this interface; missing on the stub of a page that calls before the loader is there. */
  readonly v?: 1
  /** Calls that a stub has queued. */
  q?: ArrayLike<unknown>[]
}

declare global {
  interface Window {
    suara?: Suara
  }
  interface DocumentEventMap {
    'suara:shown': CustomEvent<Detail>
    'suara:scored': CustomEvent<Detail>
    'suara:sent': CustomEvent<Detail>
    'suara:dismissed': CustomEvent<Detail>
    'suara:later': CustomEvent<Detail>
    'suara:hidden': CustomEvent<Detail>
  }
}

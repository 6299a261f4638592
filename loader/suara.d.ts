/** What `suara('show')` takes. */
export interface ShowOptions {
  /** Ask whatever the clocks say, because the visitor asked to be asked: a feedback button, for example. */
  again?: boolean
}

/** The one global that the loader adds. */
export interface Suara {
  /** Ask now instead of after the delay, unless the visitor was asked lately. */
  (verb: 'show', options?: ShowOptions): void
  /** The version of this interface; missing on the stub of a page that calls before the loader is there. */
  readonly v?: 1
  /** Calls that a stub has queued. */
  q?: ArrayLike<unknown>[]
}

declare global {
  interface Window {
    suara?: Suara
  }
}

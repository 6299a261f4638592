// Fetched by the loader once a visitor may be asked as far as clocks and the tag's own conditions go. It fetches the
// survey, waits for the moment, and loads the prompt. It draws, validates and delivers nothing.

const integrity = /* stamp:integrity */ ''
const words = /* stamp:words */ ['en', 'id']

// Errors of ours, awaited ones too, never reach the page's handlers.
const safe = task => async (...given) => {
  try { return await task(...given) } catch {}
}
// From the prototype, because `<img name="hidden">` takes the place of `document.hidden`.
const get = name => Reflect.get(Document.prototype, name, document)
const all = selector => [...Document.prototype.querySelectorAll.call(document, selector)]
// An AbortController of our own: pages take the browser's away, and the listeners of older ones know no signal.
const controlled = () => {
  const signal = new EventTarget()
  const abort = () => {
    if (signal.aborted) return
    signal.aborted = true
    signal.dispatchEvent(new Event('abort'))
  }
  return { signal, abort }
}
const on = (target, types, task, signal) => types.split(' ').forEach(type => {
  const listener = safe(task)
  target.addEventListener(type, listener, true)
  if (signal) signal.addEventListener('abort', () => target.removeEventListener(type, listener, true))
})
// As text, because a page's own URL may be anything.
const address = (path, base) => new URL(path, base).href
const wait = (ms, task, signal) => {
  const timer = setTimeout(safe(task), ms)
  signal.addEventListener('abort', () => clearTimeout(timer))
}

// What the loader shares: the settings of the first tag, the surveys of this page by name, what was tracked, and how it
// looks at the rules of one.
export default (base, jobs, events, look, match) => {
  // Each listens until `signal` is aborted, and calls `fire` when it is time.
  const triggers = {
    dwell_ms(ms, fire, signal) {
      let since, timer
      const turn = () => {
        clearTimeout(timer)
        if (since) ms -= Date.now() - since
        since = !get('hidden') && Date.now()
        if (since) timer = setTimeout(fire, ms)
      }
      on(window, 'visibilitychange', turn, signal)
      signal.addEventListener('abort', () => clearTimeout(timer))
      turn()
    },
    scroll_percent(percent, fire, signal) {
      const reached = () => {
        const { scrollHeight } = get('documentElement')
        if ((scrollY + innerHeight) * 100 >= percent * scrollHeight) fire()
      }
      on(window, 'scroll resize', reached, signal)
      reached()
    },
    exit(_, fire, signal) {
      on(window, 'mouseout', event => event.relatedTarget || event.clientY > 0 || fire(), signal)
    },
    click(selector, fire, signal) {
      on(window, 'click', event => event.composedPath().some(node => node.matches && node.matches(selector)) && fire(), signal)
    },
    event({ name, where }, fire, signal) {
      const happened = () => events.some(event => event[0] === name && match({ ...where }, event[1])) && fire()
      on(signal, 'tracked', happened)
      happened()
    },
  }
  const armed = when => Object.keys(triggers).filter(name => (when[name] ?? false) !== false)

  // Goes on when `arm` says so, and fails if the run is over by then. What `arm` set up ends with the step.
  const step = (signal, arm) => new Promise((done, fail) => {
    if (signal.aborted) return fail()
    const own = controlled()
    signal.addEventListener('abort', () => { own.abort(); fail() })
    arm(() => { done(); own.abort() }, own.signal)
  })
  const fired = async (signal, when, delay_ms) => {
    const names = armed(when)
    if (names[0]) await step(signal, (done, own) => {
      // What is tracked reaches the run, which hands it on.
      on(signal, 'tracked', () => own.dispatchEvent(new Event('tracked')), own)
      names.forEach(name => triggers[name](when[name], done, own))
    })
    const ms = when.delay_ms ?? (names[0] ? 0 : delay_ms)
    if (ms) await step(signal, (done, own) => wait(ms, done, own))
  }

  // A modal dialog would make the prompt inert, and who is typing is not to be disturbed. What nobody asked for waits until no
  // other prompt is open; a closed tab is none.
  const busy = asked => {
    let active = get('activeElement')
    while (active && active.shadowRoot && active.shadowRoot.activeElement) active = active.shadowRoot.activeElement
    return get('hidden') ||
      all(':is(dialog:modal,[aria-modal=true],:fullscreen)').some(element => element.getClientRects()[0]) ||
      active && active.matches(':read-write,select,iframe') && active.value !== '' ||
      !asked && all('html>suara-prompt').some(({ shadowRoot: root }) => root && !root.querySelector('[data-stage=tab]'))
  }
  // Waits for events, because each way out of a dialog or a field is one.
  const calm = (signal, asked) => step(signal, (done, own) => {
    const check = () => busy(asked) || done()
    on(window, 'click keyup focusout close pointerover transitionend animationend fullscreenchange visibilitychange',
      () => wait(50, check, own), own)
    check()
  })

  // A policy without 'wasm-unsafe-eval' refuses even the empty module, and so tells before anything is fetched. WebKit
  // compiles what it then does not let be instantiated. `data-plain` spares the page that refusal's report.
  const plain = () => {
    try {
      return base.plain != null ||
        !new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)))
    } catch {
      return true
    }
  }
  // Bytes, because a page's own `fetch` may answer with what no engine takes for a response.
  const proven = async response => {
    const bytes = await response.arrayBuffer()
    const { subtle } = self.crypto || {}
    // Only a page by https has it.
    if (subtle && btoa(String.fromCharCode(...new Uint8Array(await subtle.digest('SHA-384', bytes)))) !== integrity) throw 'digest'
    return bytes
  }
  let module, inspector
  const prompt = () => module ||= (async () => {
    const files = plain() ? [base.open('plain.js')] : [base.open('prompt.js'), base.wasm || base.open('prompt_bg.wasm')]
    const [glue, response] = await Promise.all(files)
    await glue.default({ module_or_path: response && await proven(response) })
    return glue
  })()

  const text = async response => {
    if (response.status > 299) throw response.status
    // In an app's bundle they are text already.
    return response.text ? response.text() : response
  }
  const texts = {}
  const read = name => texts[name] ||= (async () => text(await base.open(name)))()
  // As text, for a constructed sheet: the one kind that a strict policy lets through.
  const style = () => read('prompt.css')
  const define = async ({ survey }) => {
    if (base.texts?.[survey]) return base.texts[survey]
    if (survey[0] === '#') return all(survey)[0].textContent
    return text(await fetch(/^[\w-]+$/.test(survey) ? address('n/1/q/' + survey, base.source) : address(survey, location)))
  }

  const wanted = job => [job.locale, get('documentElement').lang, ...navigator.languages].filter(Boolean)
  // The first wanted language that the survey has. Android still says 'in' for Indonesian and 'iw' for Hebrew.
  const locale_of = (job, survey) => {
    const text = survey.questions?.[0]?.text || {}
    return wanted(job).map(tag => tag.replace(/^in\b/i, 'id').replace(/^iw\b/i, 'he'))
      .flatMap(tag => [tag, tag.toLowerCase().split('-')[0]]).find(tag => text[tag]) || 'en'
  }
  const words_of = locale => {
    const language = locale.toLowerCase().split('-')[0]
    return read((words.includes(language) ? language : 'en') + '.json')
  }
  const parsed = json => {
    try { return JSON.parse(json) } catch {}
  }
  // Hidden fields travel as text, and a receiver refuses an answer for one that is longer.
  const written = fields => {
    for (const [name, value] of Object.entries(fields)) {
      if (value == null) delete fields[name]
      else fields[name] = String(value).slice(0, 200)
    }
    return fields
  }
  // Who asks not to be followed is asked all the same, but nothing that the page knows of them goes along.
  const unfollowed = () => navigator.globalPrivacyControl || navigator.doNotTrack === '1'

  const ask = async (job, asked, locale, [glue, said, sheet]) => {
    const { identity = job.identity, ...facts } = base.facts || {}
    const order = {
      name: job.survey,
      locale,
      url: job.endpoint ? address(job.endpoint, location) : address('n/1/a', base.source),
      receipt: job.receipt !== 'status',
      sheet,
      again: !!asked.again,
      score: asked.score,
      fields: unfollowed() ? {} : written({ ...parsed(job.fields), ...facts, ...asked.fields }),
      identity: !unfollowed() && identity || undefined,
      display: job.target ? { kind: 'inline', target: job.target } : asked.display || parsed(job.display),
    }
    // One tab at a time checks its clocks and marks what it shows. Where locks are refused, each for itself.
    let once
    const work = () => once ||= glue.ask(job.text, said, order)
    let locks
    // Where site data is blocked, the mere look throws.
    try { locks = navigator.locks } catch {}
    return (locks ? locks.request('suara-ask', work).catch(work) : work())
  }

  // What the prompt keeps things in, made while it is on its way: a browser takes as long for it as for drawing the
  // question. What is missing here, it makes itself.
  const prepare = safe(() => {
    const open = indexedDB.open('suara', 1)
    open.onupgradeneeded = () => ['outbox', 'marks', 'dead'].map(name => open.result.createObjectStore(name))
    open.onsuccess = () => open.result.close()
    open.onerror = event => event.preventDefault()
  })

  const holds = rows => rows.every(row => row[1])
  // From here to the question, or to why not. `asked` is given when the page or a link asks for it: then no rule but
  // consent and the clocks has a say.
  const run = safe(async (job, asked) => {
    if (job.run && !asked) return
    if (job.end) job.end()
    const { signal, abort } = controlled()
    job.end = abort
    // Rules that do not hold end what nobody asked for, and nothing else.
    const mine = job.run = { abort: asked ? () => {} : job.end, signal, hide: asked && abort }
    signal.addEventListener('abort', () => { if (job.run === mine) job.run = undefined })
    const soon = asked || job.target || job.delayMs < 100
    try {
      if (!asked) await fired(signal, job.when)
      // What is due at once is fetched side by side.
      // The words, too, by a guess: what the survey speaks is not known yet.
      if (soon && !armed(job.when)[0]) [prompt(), style(), words_of(wanted(job)[0] || 'en')].map(begun => begun.catch(() => {}))
      job.text ||= await define(job)
      const survey = JSON.parse(job.text)
      const own = job.own = survey.when || {}
      let rows, looked
      const sight = async () => {
        rows = await look(job)
        looked = Date.now()
      }
      if (!asked) {
        await sight()
        if (!holds(rows)) return
        if (soon) prepare()
        await fired(signal, own, armed(job.when)[0] || job.when.delay_ms != null || job.target ? 0 : +(job.delayMs ?? 3000))
      }
      const locale = locale_of(job, survey)
      // Before the last look, because on a slow line much happens meanwhile.
      const parts = await Promise.all([prompt(), words_of(locale), style()])
      // Of two that are due at the same moment the second waits for its turn.
      do {
        await calm(signal, asked)
        // Right after the first look a second one sees the same.
        if (!(Date.now() - looked < 100)) await sight()
        const may = asked ? rows[0][1] || asked.again && rows[0][2] : holds(rows)
        if (signal.aborted || !may) return
        job.said = await ask(job, asked || {}, locale, parts) || ''
      } while (job.said && !asked && busy())
      if (!job.said) job.shown = true
    } catch (error) {
      if (!signal.aborted) job.said = error === 410 ? 'closed' : String(error)
    } finally {
      abort()
      tell()
    }
  })

  let query, score
  const tell = safe(async () => inspector && (await inspector)())

  return {
    run,
    async show(options = {}) {
      const survey = options.survey || base.survey || Object.keys(jobs)[0]
      const job = jobs[survey] ||= { ...base, survey, trigger: 'manual', when: {} }
      return run(job, options)
    },
    tracked() {
      for (const job of Object.values(jobs)) if (job.run) job.run.signal.dispatchEvent(new Event('tracked'))
    },
    async hide() {
      // What the page has asked for and what is still on its way does not come any more.
      for (const job of Object.values(jobs)) job.run?.hide?.()
      if (module) (await module).hide()
    },
    async deliver() {
      (await prompt()).deliver()
    },
    // What the page's own address asks for: a score from a mail, or the inspector.
    async link(job) {
      if (!query) {
        query = new URLSearchParams(location.search)
        const [visited] = performance.getEntriesByType('navigation')
        // A page that is loaded again has had its score.
        score = visited && visited.type !== 'navigate' ? '' : query.get('suara_score')
      }
      const [first] = await look(job)
      if (/^\d{1,2}$/.test(score) && first[2] && (query.get('suara_survey') ?? job.survey) === job.survey) {
        const given = +score
        score = ''
        run(job, { again: true, score: given })
      }
      if (query.has('suara_debug')) {
        inspector ||= base.open('debug.js').then(debug => debug.default({ base, jobs, events, look, define, prompt, show: run }))
        tell()
      }
    },
  }
}

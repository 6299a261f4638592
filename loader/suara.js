// The one script that every page loads. It knows whether this visitor may be asked here, and loads the rest, `ask.js`,
// only if so. It draws, validates and delivers nothing; whatever fails, fails in silence.
(() => {
  // Errors of ours, awaited ones too, never reach the page's handlers.
  const safe = task => async (...given) => {
    try { return await task(...given) } catch {}
  }
  // From the prototype, because `<img name="hidden">` takes the place of `document.hidden`.
  const { prototype } = Document
  const get = name => Reflect.get(prototype, name, document)
  const all = selector => [...prototype.querySelectorAll.call(document, selector)]

  const folder = /* stamp:folder */ './'
  // Surveys to be asked on this page, by their names; each is what its tag says and what became of it.
  const jobs = {}
  const events = []
  const eyes = {}
  let base, consent, visit, rest

  const result = request => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result)
    request.onerror = event => fail(event.preventDefault())
  })
  // Marks and what waits, as the prompt left them. A page that never asked has no database, and gets none.
  const kept = async () => {
    try {
      const open = indexedDB.open('suara')
      open.onupgradeneeded = () => {
        open.transaction.abort()
        // Nobody was ever asked here: of what is due at once, the heaviest part is fetched beside what asks for it.
        if (base.delayMs < 100 && !(base.when || base.trigger || base.plain != null))
          base.wasm = base.wasm || base.open('prompt_bg.wasm')
      }
      const database = await result(open)
      const reads = ['marks', 'outbox'].map(async name =>
        (await result(database.transaction(name).objectStore(name).getAll())).map(JSON.parse))
      database.close()
      return await Promise.all(reads)
    } catch {
      return [[], []]
    }
  }

  // The three clocks; suara-survey holds the same rule, and one table of cases tests both.
  const rests = (mark, name, now) => {
    const own = mark.survey == name
    if (own && mark.max_times && mark.times >= mark.max_times) return true
    if (own && mark.later) return mark.seen <= now && now < mark.later
    return Object.entries(own ? mark.own : mark.others).some(([clock, wait], at) =>
      (at = mark[clock]) && at <= now && now - at < wait)
  }

  const day = () => Date.now() / 864e5 | 0
  const here = () => location.href.split('#')[0]
  // What rules remember of this browser, written only when one asks. Where nothing is kept, nobody is drawn.
  const seen = () => {
    if (!visit) {
      visit = { first: day(), views: 0, draw: Math.random() * 100 | 0 }
      try {
        Object.assign(visit, JSON.parse(localStorage.suara || null)).views++
        localStorage.suara = JSON.stringify(visit)
      } catch { visit = { first: day(), views: 1, draw: 99 } }
    }
    return visit
  }
  const match = (wanted, found) => {
    found = { __proto__: null, ...found }
    return Object.entries(wanted).every(([name, values]) =>
      found[name] != null && [].concat(values).some(value => value + '' == found[name] + ''))
  }
  const globbed = (text, glob) => {
    const parts = glob.split('*'), end = parts.pop()
    let from = 0
    return parts.every((part, index) => {
      const found = text.indexOf(part, from)
      from = found + part.length
      return index ? found >= 0 : !found
    }) && (!parts.length ? text === end : text.slice(from).endsWith(end))
  }

  // Rules that suara-survey knows too; one table of cases tests both.
  const rules = {
    url(wanted) {
      const href = here()
      const fits = negated => wanted.some(({ not = false, is = href, contains = '', starts = '', ends = '', glob = '*' }) =>
        not == negated && is == href && href.includes(contains) && href.startsWith(starts) && href.endsWith(ends) &&
        globbed(href, glob))
      return !fits(1) && (fits(0) || wanted.every(one => one.not))
    },
    // What is not there yet is waited for.
    present(selector) {
      const [found] = all(selector)
      const eye = eyes[selector] = eyes[selector] || new MutationObserver(() => all(selector)[0] && again())
      found ? eye.disconnect() : eye.observe(document, { childList: true, subtree: true })
      return found
    },
    views: least => seen().views >= least,
    not_first_visit: wanted => !wanted || day() > seen().first,
    tenure_days: least => day() - seen().first >= least,
    attributes: wanted => match(wanted, base.facts),
    device: kinds => kinds.includes(
      !matchMedia('(pointer:coarse)').matches ? 'desktop' : Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet'),
    language: (languages, job) => languages.some(language =>
      RegExp(`^${language}\\b`, 'i').test(job.locale || get('documentElement').lang || navigator.language)),
    from: time => Date.now() >= Date.parse(time),
    until: time => Date.now() < Date.parse(time),
    sample_percent: percent => seen().draw < percent,
    unreadable() {},
  }

  const may = job => consent ?? job.consent != 'required'
  // Rule by rule, whether it holds now. Without consent nothing is read.
  const look = async job => {
    if (!may(job)) return [['consent', false]]
    const [marks, outbox] = await kept()
    const now = Date.now()
    if (outbox.some(parcel => parcel.not_before_ms < now + 6e4)) load('deliver')
    const stop = marks.filter(mark => rests(mark, job.survey, now))
    return [['clocks', !stop[0], stop]].concat(...[job.when, job.own].map(when =>
      Object.entries(when || {}).filter(([name]) => rules[name]).map(([name, wanted]) => {
        let holds
        try { holds = rules[name](wanted, job) } catch {}
        return [name, !!holds, wanted]
      })))
  }

  const load = safe(async (verb, ...given) => {
    rest = rest || base.open('ask.js').then(ask => ask.default(base, jobs, events, look, match))
    return (await rest)[verb](...given)
  })
  const stop = job => job.run?.abort()
  const evaluate = safe(async job => {
    const rows = await look(job)
    if (/[?&]suara_/.test(location.search)) load('link', job)
    if (job.shown) {
      if (rows.some(row => row[0] == 'url' && !row[1])) job.shown = verbs.hide()
    } else if (rows.some(row => !row[1])) stop(job)
    else if (!job.run && job.trigger != 'manual') load('run', job)
  })
  const each = task => Object.values(jobs).map(task)
  const again = () => each(evaluate)

  const verbs = {
    add(options) {
      if (!options.survey) return
      const job = jobs[options.survey] = Object.assign(jobs[options.survey] || {}, options)
      try { job.when = JSON.parse(options.when || '{}') } catch { job.when = { unreadable: options.when } }
      // Off the page's critical path unless it is due at once; but a page that is never idle, and a frame that its browser
      // forgets, are asked, too. Where the browser has no such function, an element of the page may have its name.
      const turn = () => evaluate(job)
      job.delayMs < 100 || !window.requestIdleCallback?.call ? setTimeout(turn) : requestIdleCallback(turn, { timeout: 3e3 })
    },
    hide() { if (rest) load('hide') },
    identify(attributes) { base.facts = { ...base.facts, ...attributes }; again() },
    reset() { base.facts = verbs.hide() },
    track(...event) {
      events.push(event)
      if (rest) load('tracked')
    },
    consent(given) {
      consent = given
      if (given) return again()
      each(stop)
      verbs.hide()
      indexedDB.deleteDatabase('suara')
      delete localStorage.suara
    },
    on: (name, task) => document.addEventListener('suara:' + name, task),
    off: (name, task) => document.removeEventListener('suara:' + name, task),
    status: () => Promise.all(each(async job => ({ ...job, rows: await look(job) }))),
  }

  safe(() => {
    const stub = window.suara
    const tag = get('currentScript') || all('script[src*="suara.js"]')[0]
    // An app's bundle opens its files in its own way: a module, or the response of another file.
    base = stub?.first || {
      source: tag.src,
      ...tag.dataset,
      open: safe(name => /js$/.test(name = new URL(folder + name, tag.src).href) ? import(name) : fetch(name)),
    }
    if (stub?.v == 1) return stub('add', base)
    const suara = window.suara = safe((verb, ...given) => verbs[verb] ? verbs[verb](...given) : may(base) && load(verb, ...given))
    suara.v = 1
    verbs.add(base)
    stub?.q?.map(call => suara(...call))
    let was = here()
    const moved = () => { if (was != (was = here())) { visit = 0; again() } }
    if (window.NavigateEvent) navigation.addEventListener('currententrychange', moved)
    else ['popstate', 'click'].map(type => addEventListener(type, () => setTimeout(moved), true))
    customElements.define('suara-prompt', class extends HTMLElement {
      connectedCallback() {
        suara('add', { ...base, when: this.dataset.when, trigger: '', survey: this.getAttribute('survey'), target: this })
      }
    })
  })()
})()

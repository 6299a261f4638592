// The one script that every page loads. It decides whether and when to ask, and loads the prompt only then. It draws,
// validates and delivers nothing; whatever fails, fails in silence.
(() => {
  const stub = window.suara
  const tag = document.currentScript || document.querySelector('script[src*="suara.js"]')
  if (!tag || !tag.dataset.survey || (stub && stub.v)) return // a second inclusion has nothing to add

  const folder = /* stamp:folder */ './'
  const integrity = /* stamp:integrity */ ''

  const { survey, endpoint, locale, delayMs, trigger, receipt } = tag.dataset
  const at = (path, base = tag.src) => new URL(path, base).href
  const quiet = task => Promise.resolve().then(task).catch(() => {})

  // Marks and what waits, as the prompt left them. A page that never asked has no database, and gets none.
  const kept = () => new Promise(done => {
    const none = () => done([[], []])
    const open = indexedDB.open('suara')
    open.onupgradeneeded = () => open.transaction.abort()
    open.onerror = event => { event.preventDefault(); none() }
    open.onsuccess = () => {
      try {
        const database = open.result
        const reads = ['marks', 'outbox'].map(name => database.transaction(name).objectStore(name).getAll())
        reads[1].onsuccess = () => {
          database.close()
          done(reads.map(read => read.result.map(text => JSON.parse(text))))
        }
      } catch { none() }
    }
  }).catch(() => [[], []])

  // The three clocks; suara-survey holds the same rule, and one table of cases tests both.
  const due = (marks, now) => !marks.some(mark => {
    const waits = mark.survey === survey ? mark.own : mark.others
    return ['seen', 'dismissed', 'answered'].some(clock => mark[clock] <= now && now - mark[clock] < waits[clock])
  })

  // A policy without 'wasm-unsafe-eval' refuses even the empty module, and so tells before anything is fetched.
  const plain = () => {
    try {
      return !new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))
    } catch {
      return true
    }
  }

  let module
  const prompt = () => module ||= (async () => {
    const js = plain()
    const wasm = js ? 0 : fetch(at(folder + 'prompt_bg.wasm'), { integrity }).then(response =>
      response.headers.get('content-type') === 'application/wasm' ? response : response.arrayBuffer())
    const [glue, module_or_path] = await Promise.all([import(at(folder + (js ? 'plain.js' : 'prompt.js'))), wasm])
    await glue.default({ module_or_path })
    return glue
  })()

  const text = url => fetch(url).then(response => response.text())
  const definition = () => {
    if (survey[0] === '#') return document.querySelector(survey).textContent
    return text(/^[\w-]+$/.test(survey) ? at('n/1/q/' + survey) : at(survey, location))
  }

  const ask = again => quiet(async () => {
    if (!again && !due((await kept())[0], Date.now())) return
    // Android still says 'in' for Indonesian.
    const wanted = (locale || document.documentElement.lang || navigator.language).replace(/^i[dn]\b/i, 'id')
    const words = text(at(folder + (/^id\b/.test(wanted) ? 'id' : 'en') + '.json'))
    const [glue, ...texts] = await Promise.all([prompt(), definition(), words])
    glue.ask(...texts, survey, wanted, endpoint ? at(endpoint, location) : at('n/1/a'), receipt !== 'status', !!again)
  })

  const suara = window.suara = (verb, options) => {
    if (verb === 'show') ask(options && options.again)
  }
  suara.v = 1
  if (stub && stub.q) for (const call of stub.q) suara(...call)

  // Off the page's critical path: is anything waiting to be delivered, and is it time to ask?
  const idle = window.requestIdleCallback || setTimeout
  idle(() => quiet(async () => {
    const [marks, outbox] = await kept()
    const now = Date.now()
    if (outbox.some(parcel => parcel.not_before_ms < now + 6e4)) quiet(async () => (await prompt()).deliver())
    if (trigger !== 'manual' && due(marks, now)) setTimeout(ask, delayMs ?? 3000)
  }))
})()

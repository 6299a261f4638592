// The inspector of `?suara_debug`: tells an owner, rule by rule with values and dates, why the prompt is or is not shown.
// It reads and never decides; nobody but who asks for it fetches it.

const WORDS = {
  en: {
    title: 'Why Suara asks, or does not',
    again: 'Look again', ask: 'Ask now', forget: 'Forget everything here', close: 'Close',
    shown: 'Shown on this page.', waits: 'All conditions hold; it waits for its moment.', held: 'Held back by: {0}.',
    refused: 'Cannot be shown: {0}', manual: 'Only asked by suara("show"), because of data-trigger="manual".',
    open: 'All conditions hold.', closed: 'the survey is closed: it has all the answers that it wants',
    rule: 'Rule', holds: 'Holds', value: 'What is, and what is wanted', yes: 'yes', no: 'no', later: 'later',
    consent: 'data-consent="required", and suara("consent", true) was not called yet.',
    free: 'No clock holds it back.', until: '{0}: {1} on {2}, rests until {3}', ever: 'for ever',
    snoozed: '{0}: "Maybe later", rests until {1}', often: '{0}: shown {1} of {2} times',
    seen: 'seen', dismissed: 'closed', answered: 'answered',
    url: 'This address: {0}. Wanted: {1}', not: 'not', any: 'any',
    present: 'Wanted on the page: {0}', views: 'Page view {0}; from {1} on', visit: 'First visit on {0}; today is {1}',
    tenure: 'First visit {0} days ago; from {1} days on', attributes: 'Known: {0}. Wanted: {1}',
    device: 'This is a {0}. Wanted: {1}', language: 'The language here is {0}. Wanted: {1}',
    from: 'Now: {0}. From {1} on', before: 'Now: {0}. Before {1}', sample: 'Drawn number {0} of 0 to 99; wanted: below {1}',
    unreadable: 'data-when is no JSON: {0}', trigger: 'Waits for it: {0}', unknown: 'Not known, so it is ignored: {0}',
    browser: 'In this browser', marks: 'Clocks', none: 'nothing', outbox: 'Outbox', parcel: '{0}: try again from {1}',
    storage: 'Storage', nostorage: 'This browser keeps nothing: {0}', kept: 'Kept for rules', privacy: 'Global Privacy Control or Do Not Track',
    privacyon: 'on: no fields go along', off: 'off', known: 'Told by identify', happened: 'Tracked', mark: '{0}: seen {1}, closed {2}, answered {3}, shown {4} times',
    never: 'never', given: 'Consent', required: 'required', free_of: 'not required', due: '{0}: is sent next',
  },
  id: {
    title: 'Mengapa Suara bertanya, atau tidak',
    again: 'Periksa lagi', ask: 'Tanyakan sekarang', forget: 'Hapus semua di sini', close: 'Tutup',
    shown: 'Sudah ditampilkan di halaman ini.', waits: 'Semua syarat terpenuhi; menunggu saatnya.', held: 'Ditahan oleh: {0}.',
    refused: 'Tidak dapat ditampilkan: {0}', manual: 'Hanya ditanyakan lewat suara("show"), karena data-trigger="manual".',
    open: 'Semua syarat terpenuhi.', closed: 'survei sudah ditutup: semua jawaban yang diinginkan sudah terkumpul',
    rule: 'Aturan', holds: 'Terpenuhi', value: 'Keadaan, dan yang diinginkan', yes: 'ya', no: 'tidak', later: 'nanti',
    consent: 'data-consent="required", dan suara("consent", true) belum dipanggil.',
    free: 'Tidak ada jeda yang menahannya.', until: '{0}: {1} pada {2}, jeda sampai {3}', ever: 'selamanya',
    snoozed: '{0}: "Nanti saja", jeda sampai {1}', often: '{0}: ditampilkan {1} dari {2} kali',
    seen: 'dilihat', dismissed: 'ditutup', answered: 'dijawab',
    url: 'Alamat ini: {0}. Yang diinginkan: {1}', not: 'bukan', any: 'semua',
    present: 'Harus ada di halaman: {0}', views: 'Kunjungan halaman ke-{0}; mulai dari {1}', visit: 'Kunjungan pertama {0}; hari ini {1}',
    tenure: 'Kunjungan pertama {0} hari lalu; mulai dari {1} hari', attributes: 'Diketahui: {0}. Yang diinginkan: {1}',
    device: 'Perangkat ini: {0}. Yang diinginkan: {1}', language: 'Bahasa di sini: {0}. Yang diinginkan: {1}',
    from: 'Sekarang: {0}. Mulai {1}', before: 'Sekarang: {0}. Sebelum {1}', sample: 'Angka undian {0} dari 0 sampai 99; yang diinginkan: di bawah {1}',
    unreadable: 'data-when bukan JSON: {0}', trigger: 'Menunggu: {0}', unknown: 'Tidak dikenal, jadi diabaikan: {0}',
    browser: 'Di peramban ini', marks: 'Jeda', none: 'tidak ada', outbox: 'Kotak keluar', parcel: '{0}: dicoba lagi mulai {1}',
    storage: 'Penyimpanan', nostorage: 'Peramban ini tidak menyimpan apa pun: {0}', kept: 'Disimpan untuk aturan', privacy: 'Global Privacy Control atau Do Not Track',
    privacyon: 'aktif: tidak ada data tambahan yang ikut', off: 'tidak aktif', known: 'Diberitahukan lewat identify', happened: 'Kejadian', mark: '{0}: dilihat {1}, ditutup {2}, dijawab {3}, ditampilkan {4} kali',
    never: 'belum pernah', given: 'Persetujuan', required: 'wajib', free_of: 'tidak wajib', due: '{0}: segera dikirim',
  },
}

const STYLE = `
:host { all: initial !important; position: fixed !important; inset: auto auto 12px 12px !important; z-index: 2147483647 !important;
  --ink: #1b1b1f; --soft: #57575f; --paper: #fff; --line: #d8d8de; --good: #0b6b3a; --bad: #a11d1d; --accent: #1f4f99;
  font: 14px/1.45 system-ui, sans-serif !important; color-scheme: light dark !important }
@media (prefers-color-scheme: dark) { :host { --ink: #f1f1f4; --soft: #b9b9c3; --paper: #1d1d22; --line: #44444d; --good: #6fd39b;
  --bad: #ff9d9d; --accent: #9cc2ff } }
@media print { :host { display: none !important } }
section { box-sizing: border-box; width: 460px; max-width: calc(100vw - 24px); max-height: min(70vh, 640px); overflow: auto; padding: 14px 16px;
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 8px 32px #0004 }
h2 { font-size: 16px; margin: 0 0 8px } h3 { font-size: 14px; margin: 14px 0 4px } p { margin: 4px 0 }
.verdict { font-weight: 600 } table { width: 100%; border-collapse: collapse } caption { text-align: start; color: var(--soft) }
th, td { text-align: start; vertical-align: top; padding: 4px 8px 4px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
th { font-weight: 600; white-space: nowrap } thead th { color: var(--soft); font-weight: 400; border: 0 }
.yes { color: var(--good) } .no { color: var(--bad); font-weight: 600 } .later { color: var(--soft) }
.acts { display: flex; flex-wrap: wrap; gap: 8px; margin: 10px 0 }
button { font: inherit; min-height: 44px; padding: 0 14px; color: var(--accent); background: none; border: 1px solid currentColor; border-radius: 8px; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
dl { margin: 0 } dt { color: var(--soft); margin-top: 6px } dd { margin: 0; overflow-wrap: anywhere }
`

const CLOCKS = ['answered', 'dismissed', 'seen']
const TRIGGERS = ['delay_ms', 'dwell_ms', 'scroll_percent', 'exit', 'click', 'event']
// A double counts exactly up to here; waits this long are "never".
const NEVER_MS = 9007199254740991

const language = (document.documentElement.lang || navigator.language).toLowerCase().startsWith('id') ? 'id' : 'en'
const say = (name, ...values) => WORDS[language][name].replace(/\{(\d)\}/g, (_, index) => values[index])
const date = ms => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(ms)
const shown = value => JSON.stringify(value)

const element = (name, properties = {}, ...children) => {
  const made = Document.prototype.createElement.call(document, name)
  Object.assign(made, properties)
  made.append(...children)
  return made
}

const store = database => name => new Promise((done, fail) => {
  const read = database.transaction(name).objectStore(name).getAll()
  read.onsuccess = () => done(read.result.map(text => JSON.parse(text)))
  read.onerror = fail
})
// Marks and outbox; no database is made for looking.
const kept = async () => {
  const open = indexedDB.open('suara')
  const database = await new Promise(done => {
    open.onupgradeneeded = () => open.transaction.abort()
    open.onerror = event => { event.preventDefault(); done() }
    open.onsuccess = () => done(open.result)
  })
  if (!database) return [[], []]
  const stores = await Promise.all(['marks', 'outbox'].map(store(database)))
  database.close()
  return stores
}
const remembered = () => JSON.parse(localStorage.suara || '{}')

// Which clock of a mark holds `survey` back, in words.
const held = (mark, survey) => {
  const own = mark.survey === survey
  if (own && mark.max_times && mark.times >= mark.max_times) return say('often', mark.survey, mark.times, mark.max_times)
  if (own && mark.later) return say('snoozed', mark.survey, date(mark.later))
  const waits = own ? mark.own : mark.others
  const now = Date.now()
  const clock = CLOCKS.find(clock => mark[clock] && mark[clock] <= now && now - mark[clock] < waits[clock])
  const until = waits[clock] >= NEVER_MS ? say('ever') : date(mark[clock] + waits[clock])
  return say('until', mark.survey, say(clock), date(mark[clock]), until)
}

const day = number => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(number * 864e5)
const today = () => Math.floor(Date.now() / 864e5)
const device = () => !matchMedia('(pointer:coarse)').matches ? 'desktop' : Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet'
const address = ({ not, ...kinds }) => (not ? say('not') + ' ' : '') + Object.entries(kinds).map(pair => pair.join(' ')).join(', ')

// What is and what is wanted, by the rule's name.
const VALUES = {
  consent: () => say('consent'),
  clocks: (marks, job) => marks.map(mark => held(mark, job.survey)).join('; ') || say('free'),
  url: wanted => say('url', location.href.split('#')[0], wanted.map(address).join('; ') || say('any')),
  present: selector => say('present', selector),
  views: least => say('views', remembered().views, least),
  not_first_visit: () => say('visit', day(remembered().first), day(today())),
  tenure_days: least => say('tenure', today() - remembered().first, least),
  attributes: (wanted, _, base) => say('attributes', shown(base.facts || {}), shown(wanted)),
  device: kinds => say('device', device(), kinds.join(', ')),
  language: (languages, job) => say('language', job.locale || document.documentElement.lang || navigator.language, languages.join(', ')),
  from: time => say('from', date(Date.now()), date(Date.parse(time))),
  until: time => say('before', date(Date.now()), date(Date.parse(time))),
  sample_percent: percent => say('sample', remembered().draw, percent),
  unreadable: text => say('unreadable', text),
}
const value = (name, wanted, job, base) => {
  try { return VALUES[name](wanted, job, base) } catch { return shown(wanted) }
}

const row = (name, holds, text) => element('tr', {},
  element('th', { scope: 'row' }, name),
  element('td', { className: holds }, (holds === 'yes' ? '✓ ' : holds === 'no' ? '✗ ' : '… ') + say(holds)),
  element('td', {}, text))

const verdict = (job, rows, refusal) => {
  const failing = rows.filter(([, holds]) => !holds).map(([name]) => name)
  if (refusal) return say('refused', refusal === 'closed' ? say('closed') : refusal)
  if (job.shown) return say('shown')
  if (failing[0]) return say('held', failing.join(', '))
  if (job.trigger === 'manual') return say('manual')
  return say(job.run ? 'waits' : 'open')
}

const table = (job, rows, base) => {
  const head = ['rule', 'holds', 'value'].map(name => element('th', { scope: 'col' }, say(name)))
  const wanted = [job.when, job.own].flatMap(when => Object.entries(when || {}))
  const others = wanted.filter(([name]) => !VALUES[name]).map(([name, wanted]) => row(name, 'later',
    say(TRIGGERS.includes(name) ? 'trigger' : 'unknown', shown(wanted))))
  return element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {},
    ...rows.map(([name, holds, wanted]) => row(name, holds ? 'yes' : 'no', value(name, wanted, job, base))), ...others))
}

export default ({ base, jobs, events, look, define, prompt, show }) => {
  const host = element('suara-inspector')
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(STYLE)
  root.adoptedStyleSheets = [sheet]
  const body = element('div')
  const button = (name, task) => element('button', { type: 'button', onclick: () => Promise.resolve().then(task).catch(() => {}) }, say(name))

  // The survey is fetched for the owner also where a rule of the tag would not have it fetched.
  const refused = async job => {
    try {
      if ((await look(job))[0][0] === 'consent') return ''
      job.text ||= await define(job)
      job.own ||= JSON.parse(job.text).when || {}
      // Without words it gets no further than reading the survey.
      const said = String(await (await prompt()).ask(job.text, '', {}))
      return said.startsWith('the survey') ? said : job.said
    } catch (error) {
      return error === 410 ? 'closed' : String(error)
    }
  }

  const survey = async job => {
    const refusal = await refused(job)
    const rows = await look(job)
    return [
      element('h3', {}, job.survey),
      element('p', { className: 'verdict' }, verdict(job, rows, refusal)),
      table(job, rows, base),
      element('div', { className: 'acts' }, button('ask', () => show(job, { again: true }))),
    ]
  }

  const browser = async () => {
    const list = element('dl')
    const add = (name, texts) => list.append(element('dt', {}, say(name)),
      ...(texts.length ? texts : [say('none')]).map(text => element('dd', {}, text)))
    const moment = ms => ms ? date(ms) : say('never')
    add('given', [say(base.consent === 'required' ? 'required' : 'free_of')])
    try {
      const [marks, outbox] = await kept()
      add('marks', marks.map(mark => say('mark', mark.survey, ...['seen', 'dismissed', 'answered'].map(clock => moment(mark[clock])), mark.times || 0)))
      add('outbox', outbox.map(({ id, not_before_ms }) =>
        not_before_ms > Date.now() ? say('parcel', id, date(not_before_ms)) : say('due', id)))
      add('kept', localStorage.suara ? [localStorage.suara] : [])
    } catch (error) {
      add('storage', [say('nostorage', String(error))])
    }
    add('known', base.facts ? [shown(base.facts)] : [])
    add('happened', events.map(event => event.map(shown).join(' ')))
    add('privacy', [say(navigator.globalPrivacyControl || navigator.doNotTrack === '1' ? 'privacyon' : 'off')])
    return [element('h3', {}, say('browser')), list]
  }

  let turn = 0
  const refresh = async () => {
    const mine = ++turn
    const parts = []
    for (const job of Object.values(jobs)) parts.push(...await survey(job))
    parts.push(...await browser())
    if (mine === turn) body.replaceChildren(...parts)
  }
  const forget = async () => {
    await window.suara('consent', false)
    await window.suara('consent', true)
    await refresh()
  }
  const close = () => host.remove()
  const panel = element('section', { tabIndex: 0, onkeydown: event => event.key === 'Escape' && close() },
    element('h2', { id: 'title' }, say('title')),
    element('div', { className: 'acts' }, button('again', refresh), button('forget', forget), button('close', close)),
    body)
  panel.setAttribute('aria-labelledby', 'title')
  host.lang = language
  root.append(panel)
  Object.getOwnPropertyDescriptor(Document.prototype, 'documentElement').get.call(document).append(host)
  for (const name of ['shown', 'scored', 'sent', 'dismissed', 'later', 'hidden']) {
    document.addEventListener('suara:' + name, () => refresh().catch(() => {}))
  }
  return refresh
}

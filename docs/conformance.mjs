// Does an endpoint keep the contract of endpoint.md? `node conformance.mjs https://voice.shop.example/n/1/a`
// It posts made-up answers (page https://conformance.example/), says line by line what holds, and ends with 1 if
// anything does not. `--survey nps --version 1 --score score --comment reason` name what your endpoint knows.
import { randomBytes } from 'node:crypto'

const words = process.argv.slice(2)
const option = (name, otherwise) => words.includes(name) ? words.splice(words.indexOf(name), 2)[1] : otherwise
const survey = option('--survey', 'nps'), version = Number(option('--version', 1))
const score = option('--score', 'score'), comment = option('--comment', 'reason')
const [url] = words
if (!url) {
  console.error('usage: node conformance.mjs URL [--survey nps] [--version 1] [--score score] [--comment reason]')
  process.exit(2)
}

const ORIGIN = 'https://conformance.example'
const FOR_GOOD = status => status >= 400 && status < 500 && ![401, 403, 404, 408, 410, 425, 429].includes(status)

// A UUID of version 7: 48 bits of time, the rest at random.
function newId() {
  const hex = Date.now().toString(16).padStart(12, '0') + '7' + randomBytes(2).toString('hex').slice(1) +
    '8' + randomBytes(8).toString('hex').slice(1)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function answer(id, snapshot, given = 9, more = {}) {
  const answers = [{ question: score, text: 'How likely are you to recommend us?', score: given }]
  if (more.comment) answers.push({ question: comment, text: 'Why?', comment: more.comment })
  delete more.comment
  return { v: 1, id, snapshot, survey, version, stage: 'partial', at_ms: Date.now(), locale: 'en', page: ORIGIN + '/', answers, ...more }
}

async function post(body) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const options = { method: 'POST', body: text, headers: { origin: ORIGIN, 'content-type': 'text/plain;charset=UTF-8' } }
  for (let tries = 0; ; tries++) {
    const response = await fetch(url, { ...options, redirect: 'manual', signal: AbortSignal.timeout(20_000) })
    const said = await response.text()
    // Being asked to wait is part of the contract, and no answer to what was asked.
    if (response.status === 429 && tries < 5) {
      await new Promise(done => setTimeout(done, 1000 * Math.min(Number(response.headers.get('retry-after')) || 1, 60)))
      continue
    }
    let receipt
    try { receipt = JSON.parse(said) } catch { receipt = null }
    return { status: response.status, headers: response.headers, receipt, shown: `${response.status} ${said.slice(0, 120)}` }
  }
}

let failed = 0
async function check(what, task) {
  let problem
  try { problem = await task() } catch (error) { problem = `no response (${error.cause?.code ?? error.message})` }
  if (problem) failed++
  console.log(problem ? `FAILS  ${what}: ${problem}` : `holds  ${what}`)
}
// What is wrong with a reply that should be the receipt for `snapshot`.
const receiptFor = (id, snapshot, { status, receipt, shown }) =>
  status === 200 && receipt && receipt.id === id && receipt.snapshot === snapshot ? '' :
    `expected 200 {"id":"${id}","snapshot":${snapshot}}, got ${shown}`
const refusal = ({ status, shown }) => FOR_GOOD(status) ? '' : `expected a refusal for good such as 422, got ${shown}`

const id = newId()
const [first, second, third] = [answer(id, 1), answer(id, 2, 10), answer(id, 3, 10, { stage: 'complete', comment: 'Schön – 谢谢 👍\n"yes"' })]

await check('a first snapshot gets a receipt with its id and number', async () => receiptFor(id, 1, await post(first)))
await check('the page may read the receipt (access-control-allow-origin)', async () => {
  const { headers } = await post(first)
  const allowed = headers.get('access-control-allow-origin')
  if (allowed !== '*' && allowed !== ORIGIN) return `it is ${allowed}, not ${ORIGIN} or *`
  if (allowed === ORIGIN && !/origin/i.test(headers.get('vary') ?? '')) return 'it names the origin, so vary must say origin'
  return headers.get('access-control-allow-credentials') === 'true' ? 'access-control-allow-credentials must not be there' : ''
})
await check('the page may read Retry-After (access-control-expose-headers)', async () => {
  const exposed = (await post(first)).headers.get('access-control-expose-headers') ?? ''
  return /retry-after|\*/i.test(exposed) ? '' : `it is "${exposed}"`
})
await check('the same bytes again get the same receipt', async () => receiptFor(id, 1, await post(first)))
await check('a higher number replaces it', async () => receiptFor(id, 3, await post(third)))
await check('an older number that comes late changes nothing, and is told the higher one', async () => receiptFor(id, 3, await post(second)))
await check('the same number with other bytes is refused', async () => refusal(await post({ ...third, answers: first.answers })))
await check('an answer to another survey under the same id is refused', async () => {
  const { status, shown } = await post({ ...third, snapshot: 4, survey: survey + '-other' })
  return status >= 400 && status < 500 ? '' : `expected 422 (or 404), got ${shown}`
})
await check('after all of that the first bytes of the highest number are still held', async () => receiptFor(id, 3, await post(third)))
await check('ten snapshots at once end with the highest', async () => {
  const many = newId(), all = Array.from({ length: 10 }, (_, index) => answer(many, index + 1, index))
  const replies = await Promise.all([...all].sort(() => Math.random() - 0.5).map(post))
  const wrong = replies.find(({ status, receipt }) => status !== 200 || receipt?.id !== many)
  return wrong ? `one of them got ${wrong.shown}` : receiptFor(many, 10, await post(all[4]))
})
await check('the same snapshot ten times at once is one answer', async () => {
  const twin = newId(), body = answer(twin, 1)
  const replies = await Promise.all(Array.from({ length: 10 }, () => post(body)))
  return replies.map(reply => receiptFor(twin, 1, reply)).find(Boolean) ?? ''
})
for (const stage of ['shown', 'dismissed']) {
  await check(`silence is taken: stage ${stage}, without answers`, async () => {
    const silent = newId()
    return receiptFor(silent, 1, await post(answer(silent, 1, 0, { stage, answers: [] })))
  })
}
await check('fields that it does not know are ignored', async () => {
  const newer = newId()
  return receiptFor(newer, 1, await post(answer(newer, 1, 7, { from_a_later_version: { a: [1, 2] } })))
})
await check('an answer that waited for 20 days is taken', async () => {
  const late = newId()
  return receiptFor(late, 1, await post(answer(late, 1, 3, { at_ms: Date.now() - 20 * 86_400_000 })))
})
await check('a body that is not JSON is refused for good', async () => refusal(await post('{"v":1,"id":')))
await check('JSON that is no snapshot is refused for good', async () => refusal(await post('[1,2,3]')))
await check('an id that is no UUID of version 7 is refused for good', async () => refusal(await post(answer('1', 1))))
await check('a body of 20,000 bytes is taken or refused for good, and nothing breaks', async () => {
  const large = newId(), reply = await post(answer(large, 1, 5, { comment: 'x'.repeat(20_000) }))
  return FOR_GOOD(reply.status) ? receiptFor(id, 3, await post(third)) : receiptFor(large, 1, reply)
})
await check('a note of a loss gets a receipt with snapshot 0, each time, or is refused for good', async () => {
  const lost = newId(), note = { v: 1, lost, survey, reason: 'expired', at_ms: Date.now() }
  const reply = await post(note)
  return FOR_GOOD(reply.status) ? '' : receiptFor(lost, 0, reply) || receiptFor(lost, 0, await post(note))
})
await check('a note of a loss does not take the place of an answer', async () => {
  await post({ v: 1, lost: id, survey, reason: 'expired', at_ms: Date.now() })
  return receiptFor(id, 3, await post(third))
})

const batch = [answer(newId(), 1, 8), answer(newId(), 1, 2)]
const several = await post(batch.map(one => JSON.stringify(one)).join('\n'))
if (FOR_GOOD(several.status)) console.log('optional: it does not take several answers in one body')
else await check('several answers in one body, a line each, get a receipt each, in their order', async () => {
  const outcomes = Array.isArray(several.receipt) ? several.receipt : []
  const wrong = batch.findIndex((one, index) => outcomes[index]?.id !== one.id || outcomes[index]?.snapshot !== 1)
  return several.status === 200 && wrong < 0 ? '' : `expected a list of two receipts, got ${several.shown}`
})

console.log(failed ? `\n${failed} of the rules above do not hold; see endpoint.md` : '\nthe endpoint keeps the contract')
console.log('Not tried, because it cannot be seen from here: that a receipt is only written once the answer is on disk.')
process.exitCode = failed ? 1 : 0

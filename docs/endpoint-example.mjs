// An endpoint of your own in plain Node, no dependency: `node endpoint-example.mjs answers.ndjson 8099`.
// Every snapshot that it takes is one line of the file, on disk before the receipt. The last line of an id is its answer.
import { appendFileSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs'
import { createServer } from 'node:http'

const [file = 'answers.ndjson', port = '8099'] = process.argv.slice(2)
const BODY_MAX_BYTES = 32768
const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const keyOf = said => said.lost ? 'lost ' + said.lost : said.id // a note of a loss never takes an answer's place
const held = new Map()
// What a power cut left half written was never acknowledged.
const kept = existsSync(file) ? readFileSync(file, 'utf8') : ''
if (kept && !kept.endsWith('\n')) truncateSync(file, Buffer.byteLength(kept.slice(0, kept.lastIndexOf('\n') + 1)))
for (const line of kept.split('\n').slice(0, -1)) held.set(keyOf(JSON.parse(line)), line)
const disk = openSync(file, 'a')

// Status and body of the answer to one request's body.
function take(text) {
  let said
  try { said = JSON.parse(text) } catch { return [400, { error: 'the body is not JSON' }] }
  const id = said && (said.lost || said.id), snapshot = said && (said.lost ? 0 : said.snapshot)
  if (!UUID7.test(id) || !Number.isInteger(snapshot) || said.v !== 1) return [422, { error: 'v, id or snapshot is wrong' }]
  const line = JSON.stringify(said), before = held.get(keyOf(said))
  const old = before && JSON.parse(before)
  if (old && old.survey !== said.survey) return [422, { error: 'this id answers another survey' }]
  if (old && !said.lost && old.snapshot >= snapshot) {
    if (old.snapshot === snapshot && before !== line) return [422, { error: 'this number came with other bytes' }]
    return [200, { id, snapshot: old.snapshot }]
  }
  if (old && said.lost) return [200, { id, snapshot }]
  appendFileSync(disk, line + '\n')
  fsyncSync(disk) // a receipt is a promise that outlives a power cut
  held.set(keyOf(said), line)
  return [200, { id, snapshot }]
}

const server = createServer((request, response) => {
  const parts = []
  let bytes = 0
  const reply = ([status, body]) => response.writeHead(status, {
    'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after', 'content-type': 'application/json',
  }).end(JSON.stringify(body))
  if (request.method !== 'POST') return reply([405, { error: 'post a snapshot here' }])
  request.on('data', part => (bytes += part.length) <= BODY_MAX_BYTES && parts.push(part))
  request.on('end', () => {
    if (bytes > BODY_MAX_BYTES) return reply([413, { error: `a body has at most ${BODY_MAX_BYTES} bytes` }])
    reply(take(Buffer.concat(parts).toString())) // a full disk throws and ends it: no receipt, and the next start mends the file
  })
})
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))

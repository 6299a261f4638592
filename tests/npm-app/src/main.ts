import { start } from 'suara'
import survey from 'suara/surveys/nps.json'

const plain = location.search === '?plain' || undefined
const suara = start({ survey, endpoint: import.meta.env.VITE_ENDPOINT, delayMs: 1, plain })
void suara('on', 'sent', event => { document.title = `sent ${event.detail.score}` })

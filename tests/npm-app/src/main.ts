import { start } from 'suara'
import survey from 'suara/surveys/nps.json'

const suara = start({ survey, endpoint: import.meta.env.VITE_ENDPOINT, delayMs: 1 })
void suara('on', 'sent', event => { document.title = `sent ${event.detail.score}` })

// Starts Suara from an app's own bundle: the loader and the prompt are files of the bundle, and no script of somebody
// else's is fetched. It turns an app's settings into what the loader reads from a tag; it decides nothing.
import files from './files.js'
import load from './loader.js'

const queue = () => {
  const stub = (...call) => { stub.q.push(call) }
  stub.q = []
  return stub
}
const written = value => typeof value === 'object' ? JSON.stringify(value) : value

export const start = ({ survey, collector, ...settings }) => {
  // On a server there is nobody to ask.
  if (typeof document === 'undefined') return () => {}
  const first = { source: new URL('./', collector ? collector.replace(/\/*$/, '/') : document.baseURI).href }
  first.open = async name => {
    try { return await files[name]() } catch {}
  }
  for (const name in settings) first[name] = written(settings[name])
  const inline = typeof survey === 'object'
  first.survey = inline ? survey.id : survey
  if (inline) first.texts = { __proto__: null, [survey.id]: JSON.stringify(survey) }
  const suara = window.suara = typeof window.suara === 'function' ? window.suara : queue()
  suara.first = first
  load()
  return (...call) => window.suara(...call)
}

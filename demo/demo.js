// The demo page's own script: what a site of the owner's might do with Suara.
const wanted = new URLSearchParams(location.search).get('lang')
if (document.querySelector(`main[lang="${CSS.escape(wanted)}"]`)) {
  document.documentElement.lang = wanted
  for (const main of document.querySelectorAll('main')) main.hidden = main.lang !== wanted
}
for (const button of document.querySelectorAll('.again')) {
  button.addEventListener('click', () => window.suara('show', { again: true }))
}

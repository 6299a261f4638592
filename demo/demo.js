// The demo page's own script: what a site of the owner's might do with Suara.
const wanted = new URLSearchParams(location.search).get('lang')
if (wanted) document.documentElement.lang = wanted
document.querySelector('#again').addEventListener('click', () => window.suara('show', { again: true }))

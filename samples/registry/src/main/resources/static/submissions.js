// Draws the list anew when a submission on it gets its stamp: at once where channels reach all
// instances, and by asking while one waits, for where they do not.
import { subscribe } from '/concertina/channel.js';

const ASK_EVERY = 5000; // ms
const table = document.getElementById('submissions');

async function refresh() {
  const page = await fetch('/submissions', { headers: { Accept: 'text/html' } });
  if (!page.ok || page.redirected) return;
  const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
  const rows = fresh.querySelector('#submissions tbody');
  if (rows) table.querySelector('tbody').replaceWith(rows);
}

if (table) {
  subscribe(table.dataset.room, { onEvent: refresh, onReset: refresh });
  setInterval(() => {
    const waits = table.querySelector('[data-state=RECEIVED]');
    // Away or busy: the next time will do.
    if (waits && !document.hidden) refresh().catch(() => {});
  }, ASK_EVERY);
}

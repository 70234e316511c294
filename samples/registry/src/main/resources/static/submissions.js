// Draws the list anew when one of the submissions on it gets its stamp, on whichever instance.
import { subscribe } from '/concertina/channel.js';

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
}

// The live page: one channel, by event stream or by WebSocket.
import { subscribe } from '/concertina/channel.js';

const feed = document.getElementById('feed');
const state = document.getElementById('state');
const SHOWN_MAX = 50;
const NAMES = { open: 'live', waiting: 'connection lost, trying again' };
let subscription;

function add(text, note, link) {
  document.getElementById('none').hidden = true;
  const item = document.createElement('li');
  const time = document.createElement('time');
  time.textContent = new Date().toLocaleTimeString();
  const what = document.createElement(link ? 'a' : 'span');
  what.textContent = text;
  if (link) what.href = link;
  const more = document.createElement('span');
  more.className = 'quiet';
  more.textContent = note;
  item.append(time, what, more);
  feed.prepend(item);
  while (feed.children.length > SHOWN_MAX) feed.lastChild.remove();
}

function watch(transport) {
  subscription?.close();
  for (const name of ['sse', 'websocket']) {
    document.getElementById(name).setAttribute('aria-pressed', String(name === transport));
  }
  subscription = subscribe('registry', {
    transport,
    onEvent: (name, it) => add(`${it.title} for ${it.holder}`, `${name} by ${it.issuer}`, `/verify/${it.code}`),
    onReset: () => add('Some of it may have been missed', 'the channel was lost for too long'),
    onState: (now) => {
      state.textContent = NAMES[now] ?? now;
      state.dataset.state = now;
    },
  });
}

document.getElementById('sse').addEventListener('click', () => watch('sse'));
document.getElementById('websocket').addEventListener('click', () => watch('websocket'));
watch('sse');

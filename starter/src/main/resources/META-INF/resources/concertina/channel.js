// Live channels of Concertina. Subscribes to a channel by server-sent events or WebSocket, comes
// back by itself where it left off, and says so when something may have been missed.
//
//   import { subscribe } from '/concertina/channel.js';
//   const orders = subscribe('orders', {
//     onEvent: (name, data, id) => { ... },
//     onReset: () => { ... },           // load the page's state anew
//   });
//   orders.close();

const FIRST_WAIT = 250;
const LONGEST_WAIT = 15000;

// Spread over the whole range, so that those who were cut off together do not return together.
function backoff(failures) {
  const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures, 10));
  return most / 4 + Math.random() * most * 0.75;
}

function offsetOf(id) {
  const [epoch, offset, mark] = id.split('-');
  return { epoch, offset: Number(offset), mark };
}

/**
 * Begins to listen.
 *
 * options:
 *   transport  'sse' (default) or 'websocket'
 *   path       where the server offers channels; default '/channels'
 *   url        instead of path: the whole address of an event stream of the application's own
 *   since      id of the last event that is known already, from an earlier visit
 *   headers    fields to send, such as Authorization; event streams only
 *   onEvent    (name, data, id): each publication once, in order
 *   onReset    (id): some may have been missed
 *   onState    (state, detail): 'connecting', 'open', 'waiting', 'refused' or 'closed'
 */
export function subscribe(channel, options = {}) {
  return new Subscription(channel, options);
}

class Subscription {
  constructor(channel, options) {
    this.channel = channel;
    this.options = { transport: 'sse', path: '/channels', ...options };
    this.id = options.since || null;
    this.state = 'new';
    this.failures = 0;
    this.closed = false;
    this.retry = null;
    this.stop = () => {};
    this.run();
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.wake?.();
    this.stop();
    this.tell('closed');
  }

  tell(state, detail) {
    this.state = state;
    this.options.onState?.(state, detail);
  }

  async run() {
    while (!this.closed) {
      this.tell('connecting');
      let refused = null;
      try {
        refused = await (this.options.transport === 'websocket' ? this.socket() : this.stream());
      } catch (error) {
        this.error = error;
      }
      clearTimeout(this.silence);
      if (this.closed) return;
      if (refused) {
        this.closed = true;
        this.tell('refused', refused);
        return;
      }
      const wait = this.retry ?? backoff(this.failures++);
      this.retry = null;
      this.tell('waiting', { wait });
      await new Promise(resolve => {
        this.wake = resolve;
        this.timer = setTimeout(resolve, wait);
      });
    }
  }

  heard() {
    this.heardAt = performance.now();
    if (!this.beat) clearTimeout(this.silence);
  }

  // Whoever says nothing for more than two beats is gone, whatever the network thinks. One timer
  // that looks, and none that is set anew with each event.
  listen(wait) {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      const left = this.heardAt + this.beat * 2.5 - performance.now();
      if (left > 0) this.listen(left);
      else this.stop();
    }, wait);
  }

  opened(id, beat) {
    this.failures = 0;
    this.beat = beat;
    this.id ??= id;
    this.heard();
    if (this.beat) this.listen(this.beat * 2.5);
    this.tell('open');
  }

  reset(id) {
    this.id = id;
    this.options.onReset?.(id);
  }

  event(name, data, id) {
    if (this.closed) return;
    if (this.id) {
      const last = offsetOf(this.id);
      const next = offsetOf(id);
      // The server sends nothing twice; a proxy between may.
      if (last.epoch === next.epoch && next.offset <= last.offset) return;
    }
    this.id = id;
    this.options.onEvent?.(name, data, id);
  }

  // --- server-sent events, read by fetch: EventSource hides why it was refused

  async stream() {
    const address = this.options.url ?? `${this.options.path}/${encodeURIComponent(this.channel)}`;
    const abort = new AbortController();
    this.stop = () => abort.abort();
    this.silence = setTimeout(this.stop, 30000);
    const headers = { ...this.options.headers, Accept: 'text/event-stream' };
    if (this.id) headers['Last-Event-ID'] = this.id;
    const response = await fetch(address, {
      headers,
      signal: abort.signal,
      cache: 'no-store',
      credentials: 'same-origin',
    });
    if (!response.ok) return this.refusal(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.closed) return null;
      this.heard();
      text += value;
      let end;
      while ((end = text.indexOf('\n\n')) >= 0) {
        this.read(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  read(block) {
    let id = null;
    let name = 'message';
    let data = '';
    for (const line of block.split('\n')) {
      if (line.startsWith('id: ')) id = line.slice(4);
      else if (line.startsWith('event: ')) name = line.slice(7);
      else if (line.startsWith('data: ')) data = line.slice(6);
      else if (line.startsWith('retry: ')) this.retry = Number(line.slice(7));
    }
    if (!data) return;
    const content = JSON.parse(data);
    if (name === 'opened') this.opened(id, content.beat);
    else if (name === 'reset') this.reset(id);
    else if (name !== 'closing') this.event(name, content, id);
  }

  // 408, 429 and whatever is the server's own fault are worth another try.
  async refusal(response) {
    const after = Number(response.headers.get('Retry-After'));
    if (response.status >= 500 || response.status === 408 || response.status === 429) {
      if (after > 0) this.retry = after * 1000 * (0.5 + Math.random());
      return null;
    }
    const problem = await response.json().catch(() => ({}));
    return { status: response.status, ...problem };
  }

  // --- WebSocket

  socket() {
    return new Promise((resolve, reject) => {
      const address = new URL(this.options.path, location.href);
      address.protocol = address.protocol.replace('http', 'ws');
      const socket = new WebSocket(address);
      let outcome = null;
      // A closing handshake may never end; nothing is heard from then on.
      this.stop = () => {
        socket.onmessage = null;
        socket.close();
        resolve(outcome);
      };
      this.silence = setTimeout(this.stop, 30000);
      socket.onopen = () => {
        const frame = { subscribe: this.channel };
        if (this.id) frame.since = this.id;
        socket.send(JSON.stringify(frame));
      };
      socket.onmessage = message => {
        const frame = JSON.parse(message.data);
        this.heard();
        if (frame.opened) this.opened(frame.id, frame.beat);
        else if (frame.reset) this.reset(frame.id);
        else if (frame.channel) this.event(frame.event, frame.data, frame.id);
        else if ('refused' in frame) {
          if (frame.status < 500 && frame.status !== 429) {
            outcome = { status: frame.status, title: frame.title, detail: frame.detail };
          }
          socket.close();
        }
      };
      socket.onclose = event => {
        // Told to go elsewhere: at once, but not all together.
        if (event.code === 1012) this.retry = Math.random() * 1000;
        resolve(outcome);
      };
      socket.onerror = () => reject(new Error('the WebSocket failed'));
    });
  }
}

// Listens with many clients, each of the product's own, and publishes; the same for all products.
//   node client.mjs KIND MODULE PORTS CLIENTS RATE WARM SECONDS
// On standard input 'killed PORT' says that a server is no more. Prints one line of JSON.
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';
import WebSocket from 'ws';

const [kind, module, portList, clientCount, rate, warm, seconds] = process.argv.slice(2);
const ports = portList.split(',').map(Number);
const alive = new Set(ports);
const clients = [];
const samples = [];
let measuring = false;

function elsewhere(client) {
  const left = [...alive];
  client.port = left[client.number % left.length];
  return client.port;
}

// Every client notes each number it gets.
function got(client, data) {
  if (measuring && data.n >= measuring) samples.push(performance.now() - data.at);
  if (client.seen.has(data.n)) client.twice++;
  client.seen.add(data.n);
}

async function ours(client) {
  const { subscribe } = await import(module);
  const options = {
    transport: 'websocket',
    path: `http://127.0.0.1:${client.port}/channels`,
    onEvent: (name, data) => got(client, data),
    onReset: () => client.resets++,
    onState: state => {
      if (state === 'open') client.open = true;
      if (state === 'waiting') live.options.path = `http://127.0.0.1:${elsewhere(client)}/channels`;
    },
  };
  const live = subscribe('bench', options);
  client.close = () => live.close();
}

function theirs(client) {
  const socket = io(`http://127.0.0.1:${client.port}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 1000,
  });
  socket.on('connect', () => (client.open = true));
  socket.on('said', data => got(client, data));
  const move = () => (socket.io.uri = `http://127.0.0.1:${elsewhere(client)}`);
  socket.on('disconnect', move);
  socket.io.on('reconnect_attempt', move);
  client.close = () => socket.close();
}

async function speaker(port) {
  if (kind === 'ours') {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/channels`);
    await new Promise(resolve => socket.on('open', resolve));
    return {
      say: data => socket.send(JSON.stringify({ publish: 'bench', event: 'said', data })),
      close: () => socket.close(),
    };
  }
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  await new Promise(resolve => socket.on('connect', resolve));
  return { say: data => socket.emit('say', data), close: () => socket.close() };
}

const pause = millis => new Promise(resolve => setTimeout(resolve, millis));

globalThis.WebSocket = WebSocket;
globalThis.location = { href: 'http://127.0.0.1/' };
for (let i = 0; i < Number(clientCount); i++) {
  const client = { number: i, port: ports[i % ports.length], seen: new Set(), twice: 0, resets: 0 };
  client.first = client.port;
  clients.push(client);
  await (kind === 'ours' ? ours(client) : theirs(client));
}
while (!clients.every(client => client.open)) await pause(20);

// Servers that stay publish: those before the last, which is the one that is killed.
const speakers = await Promise.all(ports.slice(0, -1).map(speaker));
let n = 0;
let publishing = true;
const clock = (async () => {
  const start = performance.now();
  while (publishing) {
    speakers[++n % speakers.length].say({ n, at: performance.now() });
    const wait = start + (n * 1000) / Number(rate) - performance.now();
    if (wait > 0) await pause(wait);
  }
})();

await pause(Number(warm) * 1000);
measuring = n + 1;
const before = process.cpuUsage();
await pause(Number(seconds) * 1000);
const used = process.cpuUsage(before);
measuring = false;

const victim = ports.at(-1);
const killed = new Promise(resolve => {
  createInterface({ input: process.stdin }).on('line', line => {
    if (line === `killed ${victim}`) resolve();
  });
});
process.stderr.write('kill\n');
await killed;
alive.delete(victim);
await pause(6000);
publishing = false;
await clock;
await pause(3000);

samples.sort((a, b) => a - b);
const at = share => samples[Math.floor((samples.length - 1) * share)];
const hit = clients.filter(client => client.first === victim);
const missing = client => n - client.seen.size;
const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);
console.log(
  JSON.stringify({
    samples: samples.length,
    clientCpu: (used.user + used.system) / samples.length,
    published: n,
    p50: at(0.5),
    p99: at(0.99),
    lost: sum(hit, missing) / hit.length,
    lostElsewhere: sum(clients, missing) - sum(hit, missing),
    twice: sum(clients, client => client.twice),
    resets: sum(clients, client => client.resets),
  }),
);
process.exit(0);

// BullMQ as its documentation sets it up; told what to do on stdin. Arguments: the port of Redis.
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { createInterface } from 'node:readline';

const redis = () => new Redis(Number(process.argv[2]), '127.0.0.1', { maxRetriesPerRequest: null });
const queue = new Queue('bench', { connection: redis() });
let left = 0, first = 0n, last = 0n, over = () => {};

new Worker('bench', async () => {
  last = process.hrtime.bigint();
  first ||= last;
  if (--left === 0) over();
}, { connection: redis(), concurrency: 10, removeOnComplete: { count: 0 } });

const drained = () => new Promise(resolve => { over = resolve; });

async function drain(count) {
  await queue.pause();
  left = count;
  first = 0n;
  const done = drained();
  for (let from = 0; from < count; from += 1000) {
    await queue.addBulk(Array.from({ length: Math.min(1000, count - from) }, (_, i) =>
      ({ name: 'plain', data: { n: from + i } })));
  }
  await queue.resume();
  await done;
  return Number(last - first) / 1e9;
}

async function latency(count) {
  const millis = [];
  for (let i = 0; i < count; i++) {
    left = 1;
    const done = drained();
    const began = process.hrtime.bigint();
    await queue.add('plain', { n: i });
    await done;
    millis.push(Number(last - began) / 1e6);
    await new Promise(resolve => setTimeout(resolve, 3));
  }
  return millis.sort((a, b) => a - b)[count >> 1];
}

await queue.waitUntilReady();
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [what, count] = line.split(' ');
  // A job of BullMQ has no transaction to leave an effect in.
  console.log(what === 'latency' ? await latency(Number(count))
    : what === 'effect' ? 'none' : await drain(Number(count)));
}
process.exit(0);

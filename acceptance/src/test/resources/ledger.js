// Records every POST in a file before it answers, echoes WebSocket frames, streams events, and burns
// CPU to order. What a release does wrong stands in the file 'errors' when it starts.
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');

const ledger = fs.openSync(`ledger/${process.env.INSTANCE_ID}`, 'a');
const errors = fs.existsSync('errors') ? Number(fs.readFileSync('errors', 'utf8')) : 0;

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/health') return response.end('up');
  if (url.pathname === '/events') return stream(response);
  if (url.pathname === '/burn') burn(Number(url.searchParams.get('micros')));
  request.resume();
  request.on('end', () => {
    if (request.method === 'POST') fs.writeSync(ledger, url.pathname + '\n');
    setTimeout(() => {
      if (Math.random() < errors) response.statusCode = 500;
      response.end('done');
    }, Number(url.searchParams.get('wait') || 0));
  });
});

function burn(micros) {
  const before = process.cpuUsage();
  for (;;) {
    const used = process.cpuUsage(before);
    if (used.user + used.system >= micros) return;
  }
}

function stream(response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  let n = 0;
  const timer = setInterval(() => response.write(`data: ${n++}\n\n`), 100);
  response.on('close', () => clearInterval(timer));
}

server.on('upgrade', (request, socket) => {
  const accept = crypto.createHash('sha1')
    .update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
    .digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n' +
    `Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  let rest = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', data => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 6 && rest.length >= 6 + (rest[1] & 127)) {
      const length = rest[1] & 127, mask = rest.subarray(2, 6);
      const text = rest.subarray(6, 6 + length).map((b, i) => b ^ mask[i % 4]);
      socket.write(Buffer.concat([Buffer.from([rest[0], length]), text]));
      if ((rest[0] & 15) === 8) return socket.end();
      rest = rest.subarray(6 + length);
    }
  });
});

// Ends when the last request in flight has its answer.
process.on('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
});

server.listen(Number(process.env.PORT), '127.0.0.1');

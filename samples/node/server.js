// A program without any dependency: it reads PORT, answers, and ends in order on SIGTERM.
const http = require('node:http');

const instance = process.env.INSTANCE_ID || 'a single instance';

const server = http.createServer((request, response) => {
  const path = request.url.split('?')[0];
  if (path === '/health') {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end('{"status":"UP"}\n');
  } else if (path === '/') {
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`Hello from ${instance}\n`);
  } else {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`There is no ${path} here\n`);
  }
});

// Ends when the last request in flight has its answer.
process.on('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
});

server.listen(Number(process.env.PORT || 3000), '127.0.0.1');

// One of several Socket.IO servers, set up as the documentation of the streams adapter shows.
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';

const redis = createClient({ url: process.env.REDIS_URL });
await redis.connect();
const server = createServer((request, response) => response.end('ok'));
const io = new Server(server, {
  adapter: createAdapter(redis),
  connectionStateRecovery: { maxDisconnectionDuration: 120000 },
});
io.on('connection', socket => {
  socket.join('bench');
  socket.on('say', data => io.to('bench').emit('said', data));
});
server.listen(Number(process.env.PORT), '127.0.0.1');

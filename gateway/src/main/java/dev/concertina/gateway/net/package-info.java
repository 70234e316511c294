/** How bytes enter and leave the process: io_uring, else epoll, else NIO. */
@NullMarked
package dev.concertina.gateway.net;

import org.jspecify.annotations.NullMarked;

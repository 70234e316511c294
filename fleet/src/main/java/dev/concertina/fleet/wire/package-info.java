/**
 * HTTP/1.1 and JSON over Unix domain sockets: the fleet's control socket and the gateway's leash.
 */
@NullMarked
package dev.concertina.fleet.wire;

import org.jspecify.annotations.NullMarked;

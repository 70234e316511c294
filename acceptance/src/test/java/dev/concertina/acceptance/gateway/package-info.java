/** The gateway as a black box: its own process, real sockets, origins that misbehave. */
@NullMarked
package dev.concertina.acceptance.gateway;

import org.jspecify.annotations.NullMarked;

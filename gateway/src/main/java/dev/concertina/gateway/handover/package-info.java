/** From one gateway process to the next: the listening sockets move, nobody notices. */
@NullMarked
package dev.concertina.gateway.handover;

import org.jspecify.annotations.NullMarked;

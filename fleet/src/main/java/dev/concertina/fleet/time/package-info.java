/** Time as a port. */
@NullMarked
package dev.concertina.fleet.time;

import org.jspecify.annotations.NullMarked;

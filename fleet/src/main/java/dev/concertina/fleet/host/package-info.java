/** Processes: start, adopt, signal, reap; and the embedded services made of them. */
@NullMarked
package dev.concertina.fleet.host;

import org.jspecify.annotations.NullMarked;

/** Which process, now: the life of one slot, from start to exit. */
@NullMarked
package dev.concertina.fleet.control.supervise;

import org.jspecify.annotations.NullMarked;

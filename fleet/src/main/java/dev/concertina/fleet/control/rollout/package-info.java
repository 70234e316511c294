/** Which release, and who makes room for it. Knows members by their standing, not processes. */
@NullMarked
package dev.concertina.fleet.control.rollout;

import org.jspecify.annotations.NullMarked;

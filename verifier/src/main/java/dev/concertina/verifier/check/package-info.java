/** One class per property: what it does to the fleet, what it saw, what follows. */
@NullMarked
package dev.concertina.verifier.check;

import org.jspecify.annotations.NullMarked;

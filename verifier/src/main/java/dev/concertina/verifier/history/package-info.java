/** What happened: every operation and every fault, in order. The only evidence there is. */
@NullMarked
package dev.concertina.verifier.history;

import org.jspecify.annotations.NullMarked;

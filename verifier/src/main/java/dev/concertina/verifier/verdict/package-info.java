/** What a run concludes, and from what. */
@NullMarked
package dev.concertina.verifier.verdict;

import org.jspecify.annotations.NullMarked;

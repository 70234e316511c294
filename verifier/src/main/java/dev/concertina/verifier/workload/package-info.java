/** Users on their journeys, and load in the open model. */
@NullMarked
package dev.concertina.verifier.workload;

import org.jspecify.annotations.NullMarked;

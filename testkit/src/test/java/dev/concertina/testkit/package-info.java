/** The fleet in simulated time. */
@NullMarked
package dev.concertina.testkit;

import org.jspecify.annotations.NullMarked;

/** Fakes, contract suites and the simulator. */
@NullMarked
package dev.concertina.testkit;

import org.jspecify.annotations.NullMarked;

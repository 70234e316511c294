/** Real processes, real ports, real faults: what a user sees, through the command line alone. */
@NullMarked
package dev.concertina.acceptance;

import org.jspecify.annotations.NullMarked;

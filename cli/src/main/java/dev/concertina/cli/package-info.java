/** The command line: one class per verb. */
@NullMarked
package dev.concertina.cli;

import org.jspecify.annotations.NullMarked;

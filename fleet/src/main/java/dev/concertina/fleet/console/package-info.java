/** For eyes: status, events, the control socket and its client. */
@NullMarked
package dev.concertina.fleet.console;

import org.jspecify.annotations.NullMarked;

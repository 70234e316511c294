/**
 * What happens next. Pure: no clock, no lock, no I/O; (state, event, now) in, (state, actions) out.
 */
@NullMarked
package dev.concertina.fleet.control;

import org.jspecify.annotations.NullMarked;

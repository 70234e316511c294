/**
 * What happens next. Pure: no clock, no lock, no I/O; (state, event, now) in, (state, actions) out.
 * {@code scale} says how many, {@code rollout} which release and which share, {@code supervise}
 * turns that into starts and stops, and the gateway is told the resulting table.
 */
@NullMarked
package dev.concertina.fleet.control;

import org.jspecify.annotations.NullMarked;

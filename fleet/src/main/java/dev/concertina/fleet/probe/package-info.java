/** Readiness and load of instances, asked from outside. */
@NullMarked
package dev.concertina.fleet.probe;

import org.jspecify.annotations.NullMarked;

/** Health, readiness and liveness over HTTP. */
@NullMarked
package dev.concertina.starter.health;

import org.jspecify.annotations.NullMarked;

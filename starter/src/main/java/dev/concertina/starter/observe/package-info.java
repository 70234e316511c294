/** What operators see of an instance: log, metrics, traces. */
@NullMarked
package dev.concertina.starter.observe;

import org.jspecify.annotations.NullMarked;

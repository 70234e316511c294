/** What operators see of the requests: one log line each, and counts. */
@NullMarked
package dev.concertina.gateway.observe;

import org.jspecify.annotations.NullMarked;

/** What a session costs per request, beside Spring Session in the same run. */
@NullMarked
package dev.concertina.bench.requeststate;

import org.jspecify.annotations.NullMarked;

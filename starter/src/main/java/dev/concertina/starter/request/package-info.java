/** The one round trip: what every feature asks of Redis when a request begins. */
@NullMarked
package dev.concertina.starter.request;

import org.jspecify.annotations.NullMarked;

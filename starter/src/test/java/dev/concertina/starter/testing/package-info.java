/** Real Redis and a relay that counts what goes over the wire. */
@NullMarked
package dev.concertina.starter.testing;

import org.jspecify.annotations.NullMarked;

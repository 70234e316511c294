/** Stands in for the real gateway in tests of its leash. */
@NullMarked
package dev.concertina.gateway;

import org.jspecify.annotations.NullMarked;

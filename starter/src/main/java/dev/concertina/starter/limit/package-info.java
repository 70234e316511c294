/** How often somebody may ask, counted over all instances in the request's one call. */
@NullMarked
package dev.concertina.starter.limit;

import org.jspecify.annotations.NullMarked;

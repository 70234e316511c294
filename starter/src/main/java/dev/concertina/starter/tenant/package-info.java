/**
 * Whose data a request is about, and that sessions and tokens of one tenant are no good at another.
 */
@NullMarked
package dev.concertina.starter.tenant;

import org.jspecify.annotations.NullMarked;

/** Small choices of a user or visitor, such as an opt-out, known on every instance. */
@NullMarked
package dev.concertina.starter.preference;

import org.jspecify.annotations.NullMarked;

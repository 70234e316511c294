/** What a person chose, with or without an account, for a year. */
@NullMarked
package dev.concertina.registry.preference;

import org.jspecify.annotations.NullMarked;

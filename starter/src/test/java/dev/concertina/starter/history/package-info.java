/** What clients saw of a session, and whether it can have been so. */
@NullMarked
package dev.concertina.starter.history;

import org.jspecify.annotations.NullMarked;

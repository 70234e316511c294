/** A client that shows the truth: no retry, no redirect, every way to break kept apart. */
@NullMarked
package dev.concertina.verifier.http;

import org.jspecify.annotations.NullMarked;

/** AES-256-GCM envelopes bound to the place they are kept in. */
@NullMarked
package dev.concertina.starter.seal;

import org.jspecify.annotations.NullMarked;

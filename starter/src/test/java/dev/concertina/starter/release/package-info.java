/** What one release wrote, another must read. */
@NullMarked
package dev.concertina.starter.release;

import org.jspecify.annotations.NullMarked;

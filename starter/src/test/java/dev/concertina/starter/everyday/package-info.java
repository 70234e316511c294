/** What real applications put into their sessions. */
@NullMarked
package dev.concertina.starter.everyday;

import org.jspecify.annotations.NullMarked;

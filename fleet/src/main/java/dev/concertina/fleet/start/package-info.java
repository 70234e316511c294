/** What makes a start fast: a jar unpacked once, an AOT cache trained once. */
@NullMarked
package dev.concertina.fleet.start;

import org.jspecify.annotations.NullMarked;

/** Side-by-side measurements against peers. */
@NullMarked
package dev.concertina.bench;

import org.jspecify.annotations.NullMarked;

/** What a publication costs until everybody has it, and what is lost when a server is killed. */
@NullMarked
package dev.concertina.bench.broadcast;

import org.jspecify.annotations.NullMarked;

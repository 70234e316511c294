/** What a start costs. */
@NullMarked
package dev.concertina.bench.startup;

import org.jspecify.annotations.NullMarked;

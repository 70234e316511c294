/** That the checker of caches finds what there is to find. */
@NullMarked
package dev.concertina.bench.cache;

import org.jspecify.annotations.NullMarked;

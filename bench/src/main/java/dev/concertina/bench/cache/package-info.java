/** What a cached value costs, and whether it may be old, beside Redisson and Spring Data Redis. */
@NullMarked
package dev.concertina.bench.cache;

import org.jspecify.annotations.NullMarked;

/** Spring's cache over all instances: Caffeine near, Redis far, and never an old value. */
@NullMarked
package dev.concertina.starter.cache;

import org.jspecify.annotations.NullMarked;

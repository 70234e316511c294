/**
 * Work that is done later, on any instance: once over all of them, again after a failure, and with
 * its effects in the same database exactly once.
 */
@NullMarked
package dev.concertina.starter.job;

import org.jspecify.annotations.NullMarked;

/** Subscribers of channels, and what they saw: for tests of this module and of whole fleets. */
@NullMarked
package dev.concertina.starter.live;

import org.jspecify.annotations.NullMarked;

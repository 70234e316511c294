/** Makes it happen: one writer that journals, performs actions and turns results into events. */
@NullMarked
package dev.concertina.fleet.runtime;

import org.jspecify.annotations.NullMarked;

/** The same thing for other programs: pure, and the same text for the same input. */
@NullMarked
package dev.concertina.fleet.render;

import org.jspecify.annotations.NullMarked;

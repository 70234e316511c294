/** The fleet as a whole: the façade and its process. Nothing below imports this package. */
@NullMarked
package dev.concertina.fleet;

import org.jspecify.annotations.NullMarked;

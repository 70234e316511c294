/** The sample application. Each package is one feature; {@code web} is what all pages share. */
@NullMarked
package dev.concertina.registry;

import org.jspecify.annotations.NullMarked;

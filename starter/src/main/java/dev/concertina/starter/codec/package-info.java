/** Values as JSON with logical type names, never Java serialization. */
@NullMarked
package dev.concertina.starter.codec;

import org.jspecify.annotations.NullMarked;

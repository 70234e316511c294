/**
 * Which instance this is, and what every other package may ask of it: identity, environment, drain
 * order.
 */
@NullMarked
package dev.concertina.starter.instance;

import org.jspecify.annotations.NullMarked;

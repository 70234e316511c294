@NullMarked
package dev.concertina.fleet.control.scale;

import org.jspecify.annotations.NullMarked;

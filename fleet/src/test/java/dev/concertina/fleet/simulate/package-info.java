@NullMarked
package dev.concertina.fleet.simulate;

import org.jspecify.annotations.NullMarked;

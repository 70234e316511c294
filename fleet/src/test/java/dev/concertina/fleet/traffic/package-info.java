@NullMarked
package dev.concertina.fleet.traffic;

import org.jspecify.annotations.NullMarked;

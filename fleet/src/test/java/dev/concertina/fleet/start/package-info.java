@org.jspecify.annotations.NullMarked
package dev.concertina.fleet.start;

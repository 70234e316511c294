/** A Spring Boot application that has never heard of Concertina. */
@NullMarked
package dev.concertina.plain;

import org.jspecify.annotations.NullMarked;

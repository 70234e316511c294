/** Inside the application: state that leaves the instance. */
@NullMarked
package dev.concertina.starter;

import org.jspecify.annotations.NullMarked;

/** Against the application: prove that it scales. */
@NullMarked
package dev.concertina.verifier;

import org.jspecify.annotations.NullMarked;

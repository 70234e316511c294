/** Certificates from files, chosen by name, replaced while connections go on. */
@NullMarked
package dev.concertina.gateway.tls;

import org.jspecify.annotations.NullMarked;

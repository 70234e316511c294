/** How often a client may ask. Arithmetic on time and addresses, in bounded memory. */
@NullMarked
package dev.concertina.gateway.limit;

import org.jspecify.annotations.NullMarked;

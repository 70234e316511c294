/** Which target a request goes to. Knows nothing of connections or messages. */
@NullMarked
package dev.concertina.gateway.route;

import org.jspecify.annotations.NullMarked;

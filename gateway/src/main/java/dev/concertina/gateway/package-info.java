/** In front of the application: accept, choose, forward, drain. A process of its own. */
@NullMarked
package dev.concertina.gateway;

import org.jspecify.annotations.NullMarked;

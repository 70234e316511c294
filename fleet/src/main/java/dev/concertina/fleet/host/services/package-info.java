/** PostgreSQL and Redis as ordinary processes of a host. */
@NullMarked
package dev.concertina.fleet.host.services;

import org.jspecify.annotations.NullMarked;

/** The leash: {@link dev.concertina.contract.GatewayControl} over a Unix domain socket. */
@NullMarked
package dev.concertina.gateway.control;

import org.jspecify.annotations.NullMarked;

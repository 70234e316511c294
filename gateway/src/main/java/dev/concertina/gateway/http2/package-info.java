/** HTTP/2 in front (RFC 9113): streams that become requests of HTTP/1.1 before anything else. */
@NullMarked
package dev.concertina.gateway.http2;

import org.jspecify.annotations.NullMarked;

/**
 * HTTP/1.1 messages as bytes (RFC 9112): heads are scanned once and rewritten in place, bodies are
 * measured and passed on. Knows nothing of connections or targets.
 */
@NullMarked
package dev.concertina.gateway.http1;

import org.jspecify.annotations.NullMarked;

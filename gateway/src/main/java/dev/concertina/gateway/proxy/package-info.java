/**
 * Requests on their way: one event loop owns each from end to end. Nothing here blocks, and nothing
 * of a {@link dev.concertina.gateway.proxy.Worker} is touched by another thread than its own.
 */
@NullMarked
package dev.concertina.gateway.proxy;

import org.jspecify.annotations.NullMarked;

/**
 * Live channels: what is published on any instance reaches the subscribers of all, in order, over
 * server-sent events and WebSocket, with resumption and without silent loss.
 */
@NullMarked
package dev.concertina.starter.channel;

import org.jspecify.annotations.NullMarked;

/** What the gateway does to bodies: compresses them, and answers files itself. */
@NullMarked
package dev.concertina.gateway.content;

import org.jspecify.annotations.NullMarked;

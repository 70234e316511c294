/** Whose registry a request is about, where several share one installation. */
@NullMarked
package dev.concertina.registry.tenant;

import org.jspecify.annotations.NullMarked;

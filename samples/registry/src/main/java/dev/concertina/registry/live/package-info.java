/** What happens, as it happens, in every browser that watches, whichever instance it is at. */
@NullMarked
package dev.concertina.registry.live;

import org.jspecify.annotations.NullMarked;

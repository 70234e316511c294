/** An application with live channels. */
@NullMarked
package dev.concertina.acceptance.live;

import org.jspecify.annotations.NullMarked;

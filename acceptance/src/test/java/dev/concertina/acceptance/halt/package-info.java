/** An agent that ends a fleet process at a chosen write of its journal. */
@NullMarked
package dev.concertina.acceptance.halt;

import org.jspecify.annotations.NullMarked;

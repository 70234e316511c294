/** HttpSession kept outside the instance. */
@NullMarked
package dev.concertina.starter.session;

import org.jspecify.annotations.NullMarked;

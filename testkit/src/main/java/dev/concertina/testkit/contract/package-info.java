/** One suite for each port; every adapter and every fake extends it. */
@NullMarked
package dev.concertina.testkit.contract;

import org.jspecify.annotations.NullMarked;

/** What instance, gateway and fleet say to each other: names and records, no behaviour. */
@NullMarked
package dev.concertina.contract;

import org.jspecify.annotations.NullMarked;

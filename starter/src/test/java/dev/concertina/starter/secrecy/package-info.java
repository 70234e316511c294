/** What somebody with a copy of Redis has, and what somebody who may write to it can do. */
@NullMarked
package dev.concertina.starter.secrecy;

import org.jspecify.annotations.NullMarked;

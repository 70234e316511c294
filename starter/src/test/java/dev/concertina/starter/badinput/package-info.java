/** What nobody should send, and settings nobody should make. */
@NullMarked
package dev.concertina.starter.badinput;

import org.jspecify.annotations.NullMarked;

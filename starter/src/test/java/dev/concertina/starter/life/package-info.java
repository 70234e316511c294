/** What an application hears of its sessions. */
@NullMarked
package dev.concertina.starter.life;

import org.jspecify.annotations.NullMarked;

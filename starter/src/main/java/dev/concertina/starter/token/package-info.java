/** Access tokens every instance can check by itself, and refresh tokens kept outside it. */
@NullMarked
package dev.concertina.starter.token;

import org.jspecify.annotations.NullMarked;

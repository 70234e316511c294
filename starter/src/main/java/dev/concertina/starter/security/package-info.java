/** What Spring Security puts into a session, in a form every release can read. */
@NullMarked
package dev.concertina.starter.security;

import org.jspecify.annotations.NullMarked;

/** What every page shares: who may see what, and the frame around it. */
@NullMarked
package dev.concertina.registry.web;

import org.jspecify.annotations.NullMarked;

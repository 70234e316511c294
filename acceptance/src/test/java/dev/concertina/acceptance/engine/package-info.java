/** What clients and origins see of a gateway, the same for both engines. */
@NullMarked
package dev.concertina.acceptance.engine;

import org.jspecify.annotations.NullMarked;

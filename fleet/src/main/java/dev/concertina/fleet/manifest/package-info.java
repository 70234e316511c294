/** What was asked: the manifest as records, its reader, and its problems. */
@NullMarked
package dev.concertina.fleet.manifest;

import org.jspecify.annotations.NullMarked;

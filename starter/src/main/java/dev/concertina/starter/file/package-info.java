/** Files that every instance sees: streamed to S3, PostgreSQL or a folder, private by default. */
@NullMarked
package dev.concertina.starter.file;

import org.jspecify.annotations.NullMarked;

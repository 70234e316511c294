/** What people hand in: uploads that every instance sees, and a job that stamps them. */
@NullMarked
package dev.concertina.registry.submission;

import org.jspecify.annotations.NullMarked;

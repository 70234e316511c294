/** A report as JSON, HTML, JUnit and text. Pure: a report goes in, a file comes out. */
@NullMarked
package dev.concertina.verifier.report;

import org.jspecify.annotations.NullMarked;

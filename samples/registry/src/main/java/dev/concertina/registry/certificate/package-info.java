/** Certificates: prepared on a sheet, issued by an account, verified by anybody. */
@NullMarked
package dev.concertina.registry.certificate;

import org.jspecify.annotations.NullMarked;

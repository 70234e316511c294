package dev.concertina.starter.tenant;

import dev.concertina.starter.request.Tenant;

/** What was found out of a request. */
sealed interface Resolution {
    record Of(Tenant tenant) implements Resolution {}

    /** Nobody's, and may be. */
    record Nobodys() implements Resolution {}

    /** It should have said whose. */
    record Missing() implements Resolution {}

    /** There is no such tenant. */
    record Unknown() implements Resolution {}

    /** The token is of another one. */
    record Foreign() implements Resolution {}
}

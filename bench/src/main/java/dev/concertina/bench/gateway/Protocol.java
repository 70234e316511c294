package dev.concertina.bench.gateway;

/** What clients speak. */
enum Protocol {
    HTTP_1,
    /** In plain text, from the first octet. */
    HTTP_2
}

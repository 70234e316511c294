package dev.concertina.gateway.proxy;

/** Something written to in this round of reading. */
interface Flushed {
    void flushNow();
}

package dev.concertina.gateway.proxy;

/** Something written to in this round of reading; see {@link Worker#dirty}. */
public interface Flushed {
    void flushNow();
}

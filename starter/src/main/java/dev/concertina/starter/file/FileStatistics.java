package dev.concertina.starter.file;

import java.util.concurrent.atomic.LongAdder;

/** What happened to files since the start. */
final class FileStatistics {
    final LongAdder stored = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final LongAdder linksServed = new LongAdder();
    final LongAdder linksRefused = new LongAdder();
    final LongAdder cleaned = new LongAdder();
}

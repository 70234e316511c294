/** What a job costs, beside db-scheduler and BullMQ in the same run. */
@NullMarked
package dev.concertina.bench.jobs;

import org.jspecify.annotations.NullMarked;

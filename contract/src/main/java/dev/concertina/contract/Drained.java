package dev.concertina.contract;

import java.time.Duration;

/**
 * The gateway's answer to a drain: from now on it holds no claim on the instance and no connection
 * to it, so a signal to the process can hurt nobody.
 *
 * @param cut requests and streams that had not ended at the deadline and were closed; 0 is clean
 * @param waited from the call until the last claim was given back
 */
public record Drained(InstanceId id, int cut, Duration waited) {}

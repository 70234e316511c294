package dev.concertina.gateway.route;

/** Targets, by index in one table, that a choice leaves out. */
interface Refusals {
    boolean contains(int index);
}

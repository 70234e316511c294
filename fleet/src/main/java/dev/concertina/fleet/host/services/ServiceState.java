package dev.concertina.fleet.host.services;

/**
 * One backing service at this moment.
 *
 * @param kind {@code redis} or {@code postgres}
 * @param pid 0 for one that runs elsewhere, or not at all at this moment
 * @param url without credentials
 * @param state {@code ready}, {@code starting}, {@code stopped} or {@code external}
 */
public record ServiceState(String kind, long pid, String url, String state) {}

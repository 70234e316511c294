package dev.concertina.starter.session;

import java.time.Duration;
import java.time.Instant;

/**
 * One of a user's sessions, as its user may see it.
 *
 * @param id what {@code HttpSession.getId()} gives; no cookie can be made of it
 * @param lastAccess as precise as {@code concertina.session.touch-every}
 * @param idle how long it lives without a request; zero is until its longest life is over
 */
public record UserSession(String id, Instant createdAt, Instant lastAccess, Duration idle) {}

package dev.concertina.starter.session;

import dev.concertina.starter.instance.Check;
import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.Optional;

/** Asks the server of sessions for a sign of life. */
final class PostgresCheck implements Check {
    private final Postgres postgres;

    PostgresCheck(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public Finding find() {
        long started = System.nanoTime();
        Optional<String> error = Optional.empty();
        try {
            postgres.ping();
        } catch (Outage e) {
            error = Optional.of(String.valueOf(e.getMessage()));
        }
        return new Finding(Duration.ofNanos(System.nanoTime() - started), error);
    }
}

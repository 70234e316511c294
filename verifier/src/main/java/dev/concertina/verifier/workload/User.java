package dev.concertina.verifier.workload;

import dev.concertina.fleet.manifest.Manifest.Step;
import dev.concertina.verifier.history.History;
import dev.concertina.verifier.history.Operation;
import dev.concertina.verifier.history.RunClock;
import dev.concertina.verifier.http.Client;
import dev.concertina.verifier.http.CookieJar;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One user of the application: a cookie jar, the values captured so far, and a name of its own. */
public final class User {
    private final int number;
    private final History history;
    private final RunClock clock;
    private final CookieJar cookies;
    private final Map<String, String> values;

    User(int number, String unique, History history, RunClock clock) {
        this(number, Map.of("unique", unique), new CookieJar(), history, clock);
    }

    private User(
            int number,
            Map<String, String> values,
            CookieJar cookies,
            History history,
            RunClock clock) {
        this.number = number;
        this.values = new ConcurrentHashMap<>(values);
        this.cookies = cookies;
        this.history = history;
        this.clock = clock;
    }

    /** The same person with a copy of the jar, to ask something without consequences. */
    public User copy() {
        return new User(number, values, cookies.copy(), history, clock);
    }

    public CookieJar cookies() {
        return cookies;
    }

    /** Takes one step now and records it. */
    public Visit take(Step step, Client client, String check) {
        return take(step, client, check, clock.nanos());
    }

    /** Takes one step that was meant to begin at {@code intended}, and records it. */
    public Visit take(Step step, Client client, String check, long intended) {
        var text = new Template(values);
        var target = text.fill(step.path());
        var request = StepRequest.of(step, text, cookies.header(target, clock.now()));
        var exchange = client.send(request, intended);
        var changes =
                cookies.store(exchange.all("set-cookie"), target, clock.now(), exchange.instance());
        var captured = new LinkedHashMap<String, String>();
        var judged = Expectation.judge(step, text, exchange, captured);
        values.putAll(captured);
        history.append(
                new Operation(
                        check,
                        number,
                        step.method(),
                        target,
                        intended,
                        exchange.started(),
                        exchange.ended(),
                        exchange.instance(),
                        exchange.status(),
                        judged.outcome(),
                        judged.detail()));
        return new Visit(step, target, exchange, judged.outcome(), judged.detail(), changes);
    }
}

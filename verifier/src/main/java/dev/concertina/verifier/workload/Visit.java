package dev.concertina.verifier.workload;

import dev.concertina.fleet.manifest.Manifest.Step;
import dev.concertina.verifier.history.Outcome;
import dev.concertina.verifier.http.CookieJar;
import dev.concertina.verifier.http.Exchange;
import java.util.List;

/**
 * A step that was taken.
 *
 * @param target the path it went to, with values filled in
 * @param outcome judged by what the journey expects
 * @param changes what the response did to the user's cookies
 */
public record Visit(
        Step step,
        String target,
        Exchange exchange,
        Outcome outcome,
        String detail,
        List<CookieJar.Change> changes) {

    public boolean ok() {
        return outcome == Outcome.OK;
    }

    public String instance() {
        return exchange.instance();
    }

    public String request() {
        return step.method() + " " + target;
    }
}

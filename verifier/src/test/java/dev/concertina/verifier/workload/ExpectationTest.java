package dev.concertina.verifier.workload;

import static dev.concertina.verifier.workload.StepBuilder.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.fleet.manifest.Manifest.Step;
import dev.concertina.verifier.history.Outcome;
import dev.concertina.verifier.http.Exchange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpectationTest {
    private final Map<String, String> captured = new HashMap<>();

    @Test
    void anyStatusBelow400IsExpectedUnlessOneIsStated() {
        assertThat(judge(step("GET", "/").build(), 302, "")).isEqualTo(Outcome.OK);
        assertThat(judge(step("GET", "/").build(), 403, "")).isEqualTo(Outcome.WRONG_STATUS);
        assertThat(judge(step("GET", "/").build(), 502, "")).isEqualTo(Outcome.SERVER_ERROR);
        assertThat(judge(step("GET", "/").status(404).build(), 404, "")).isEqualTo(Outcome.OK);
        assertThat(judge(step("GET", "/").status(200).build(), 302, ""))
                .isEqualTo(Outcome.WRONG_STATUS);
    }

    @Test
    void theBodyMustHoldTheTextWithItsValues() {
        var step = step("GET", "/").body("Hello ${unique}").build();
        assertThat(judge(step, 200, "Hello ada!")).isEqualTo(Outcome.OK);
        assertThat(judge(step, 200, "Hello bob!")).isEqualTo(Outcome.WRONG_BODY);
    }

    @Test
    void aCaptureIsTheFirstGroupWithReferencesUndone() {
        var step = step("GET", "/").capture("csrf", "value=\"([^\"]+)\"").build();
        assertThat(judge(step, 200, "<input value=\"a&#43;b&amp;c\">")).isEqualTo(Outcome.OK);
        assertThat(captured).containsEntry("csrf", "a+b&c");
    }

    @Test
    void aCaptureLooksIntoTheHeadToo() {
        var step = step("POST", "/").capture("id", "location: /orders/(\\d+)").build();
        assertThat(judge(step, 302, "")).isEqualTo(Outcome.OK);
        assertThat(captured).containsEntry("id", "12");
    }

    @Test
    void aCaptureThatFindsNothingIsAWrongBody() {
        var step = step("GET", "/").capture("csrf", "value=(x)").build();
        assertThat(judge(step, 200, "nothing")).isEqualTo(Outcome.WRONG_BODY);
    }

    @Test
    void aValueNobodyCapturedIsNamed() {
        assertThatThrownBy(() -> new Template(Map.of()).fill("/x/${csrf}"))
                .hasMessageContaining("'/x/${csrf}' needs ${csrf}")
                .hasMessageContaining("capture: { csrf:");
    }

    private Outcome judge(Step step, int status, String body) {
        var exchange =
                new Exchange(
                        status >= 500 ? Outcome.SERVER_ERROR : Outcome.OK,
                        status,
                        "a",
                        List.of(new Exchange.Field("location", "/orders/12")),
                        body,
                        "",
                        0,
                        1);
        var text = new Template(Map.of("unique", "ada"));
        return Expectation.judge(step, text, exchange, captured).outcome();
    }
}

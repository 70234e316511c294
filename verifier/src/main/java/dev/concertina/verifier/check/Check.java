package dev.concertina.verifier.check;

import dev.concertina.verifier.verdict.CheckResult;
import java.util.List;

/** One property, or several that one course of events decides. */
public interface Check {
    /** The results it will give, in order; a check that breaks is UNKNOWN under each. */
    List<String> names();

    List<CheckResult> run(Stage stage) throws InterruptedException;
}

package dev.concertina.starter.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.history.Op.Fate;
import dev.concertina.starter.history.SessionChecker.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Histories that can have been, and histories that cannot. Session 1 is a, b after its login. */
class SessionCheckerTest {
    private final List<Op> history = new ArrayList<>();

    SessionCheckerTest() {
        history.add(new Op.Begin(1, "a", 0, 1));
    }

    private void login(long invoked, long returned) {
        history.add(new Op.Move("a", "b", true, invoked, returned));
    }

    private void logout(String id, long invoked, long returned) {
        history.add(new Op.End(id, invoked, returned));
    }

    private void write(String id, String value, long invoked, long returned) {
        write(id, value, Fate.KEPT, invoked, returned);
    }

    private void write(String id, String value, Fate fate, long invoked, long returned) {
        history.add(new Op.Write(id, "x", value, fate, invoked, returned));
    }

    private void read(String id, String user, String value, long invoked, long returned) {
        var values = value.isEmpty() ? Map.<String, String>of() : Map.of("x", value);
        history.add(new Op.Read(id, Optional.of(new Op.Seen(1, user, values)), invoked, returned));
    }

    private void nothing(String id, long invoked, long returned) {
        history.add(new Op.Read(id, Optional.empty(), invoked, returned));
    }

    private void assertFine() {
        assertThat(SessionChecker.check(history).violations()).isEmpty();
    }

    private void assertBroken(Rule... rules) {
        assertThat(SessionChecker.check(history).violations())
                .extracting(SessionChecker.Violation::rule)
                .containsOnly(rules);
    }

    @Test
    void aLifeAsItShouldBe() {
        read("a", "", "", 2, 3);
        write("a", "1", 4, 5);
        login(6, 7);
        read("b", "ada", "1", 8, 9);
        nothing("a", 8, 9);
        write("b", "2", 10, 11);
        read("b", "ada", "2", 12, 13);
        logout("b", 14, 15);
        nothing("b", 16, 17);
        write("b", "3", Fate.NOT_FOUND, 16, 17);
        assertFine();
        var verdict = SessionChecker.check(history);
        assertThat(verdict.writes()).isEqualTo(2);
        assertThat(verdict.reads()).isEqualTo(3);
        assertThat(verdict.refusals()).isEqualTo(3);
        assertThat(verdict.ended()).isOne();
    }

    @Test
    void whatOverlapsMayHappenInEitherOrder() {
        write("a", "1", 2, 9);
        write("a", "2", 3, 8);
        read("a", "", "2", 10, 12);
        read("a", "", "2", 11, 13);
        assertFine();
        read("a", "", "1", 14, 15);
        assertBroken(Rule.LOST_WRITE);
    }

    @Test
    void aReadDuringAWriteMaySeeEither() {
        write("a", "1", 2, 3);
        write("a", "2", 4, 20);
        read("a", "", "1", 5, 6);
        read("a", "", "2", 7, 8);
        assertFine();
        read("a", "", "1", 9, 10);
        assertBroken(Rule.LOST_WRITE);
    }

    @Test
    void anAcknowledgedWriteIsThere() {
        write("a", "1", 2, 3);
        read("a", "", "", 4, 5);
        assertBroken(Rule.LOST_WRITE);
    }

    @Test
    void aWriteNobodyReadIsNotUndone() {
        write("a", "1", 2, 3);
        write("a", "2", 4, 5);
        read("a", "", "1", 6, 7);
        assertBroken(Rule.LOST_WRITE);
    }

    @Test
    void aValueDoesNotComeBack() {
        write("a", "1", 2, 3);
        read("a", "", "1", 4, 5);
        write("a", "2", 6, 7);
        read("a", "", "2", 8, 9);
        read("a", "", "1", 10, 11);
        assertBroken(Rule.LOST_WRITE);
    }

    @Test
    void nothingIsReadBeforeItIsWritten() {
        read("a", "", "1", 2, 3);
        write("a", "1", 4, 5);
        assertBroken(Rule.LOST_WRITE);
    }

    @Test
    void nothingIsReadThatNobodyWrote() {
        read("a", "", "made up", 2, 3);
        assertBroken(Rule.LOST_WRITE);
    }

    @Test
    void anUnansweredWriteMayHappenLateOrNever() {
        write("a", "1", Fate.UNKNOWN, 2, Op.NEVER);
        read("a", "", "", 4, 5);
        assertFine();
        read("a", "", "1", 6, 7);
        assertFine();
        read("a", "", "", 8, 9);
        assertBroken(Rule.LOST_WRITE);
    }

    @Test
    void aWriteIsDroppedOnlyWhenTheSessionEnds() {
        write("a", "1", Fate.DROPPED, 2, 5);
        logout("a", 4, 6);
        assertFine();
        write("a", "2", Fate.DROPPED, 2, 3);
        assertBroken(Rule.LOST_WRITE);
    }

    @Test
    void nothingIsSeenAfterTheLogout() {
        login(2, 3);
        logout("b", 4, 6);
        read("b", "ada", "", 5, 7);
        assertFine();
        read("b", "ada", "", 7, 8);
        assertBroken(Rule.ZOMBIE);
    }

    @Test
    void nothingIsKeptAfterTheLogout() {
        logout("a", 2, 3);
        write("a", "1", 4, 5);
        assertBroken(Rule.ZOMBIE);
    }

    @Test
    void aLogoutUnderTheOldIdEndsTheNewOne() {
        login(2, 6);
        logout("a", 3, 5);
        read("b", "ada", "", 7, 8);
        assertBroken(Rule.ZOMBIE);
    }

    @Test
    void theIdBeforeTheLoginIsNeverLoggedIn() {
        login(2, 9);
        read("a", "ada", "", 3, 4);
        assertBroken(Rule.FIXATION);
    }

    @Test
    void anIdThatWasGivenUpOpensNothing() {
        history.add(new Op.Move("a", "b", false, 2, 5));
        read("a", "", "", 4, 6);
        assertFine();
        read("a", "", "", 6, 7);
        assertBroken(Rule.OLD_ID);
    }

    @Test
    void aSessionIsThereUntilSomebodyEndsIt() {
        login(2, 3);
        nothing("b", 4, 5);
        assertBroken(Rule.LOST_SESSION);
    }

    @Test
    void nobodyIsLoggedOutByThemselves() {
        login(2, 3);
        read("b", "", "", 4, 5);
        assertBroken(Rule.LOST_SESSION);
    }

    @Test
    void aMoveThatIsUnderWayHidesTheSession() {
        login(4, 9);
        nothing("a", 2, 5);
        nothing("a", 6, 7);
        assertFine();
    }

    @Test
    void nobodyElsesSessionIsSeen() {
        history.add(new Op.Read("a", Optional.of(new Op.Seen(2, "", Map.of())), 2, 3));
        assertBroken(Rule.MIXED);
    }
}

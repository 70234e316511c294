package dev.concertina.starter.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.request.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of jobs does. */
abstract class JobStoreContract {
    static final Retry WAITS = new Retry(Duration.ofSeconds(2), Duration.ofMinutes(10), 0);

    abstract JobStore store();

    abstract Desk desk();

    /** As if so much time had gone by. */
    abstract void pass(Duration time);

    private static NewJob job(String type) {
        return job(type, new Job.Due.After(Duration.ZERO), Optional.empty(), Optional.empty());
    }

    private static NewJob job(
            String type, Job.Due due, Optional<String> key, Optional<Tenant> tenant) {
        return new NewJob(type, "{\"n\":1}", due, key, tenant, Optional.of("r1"));
    }

    private long enqueue(NewJob job) {
        return store().enqueue(List.of(job)).getFirst().id();
    }

    private long owner(String... types) {
        return store().join("one", List.of(types));
    }

    private List<Claim> claim(long owner, int room, String... types) {
        return store().claim(
                        owner, List.of(new Lane("default", room, Optional.empty(), List.of(types))))
                .claims();
    }

    private Claim only(long owner, String type) {
        var claims = claim(owner, 1, type);
        assertThat(claims).hasSize(1);
        return claims.getFirst();
    }

    private static void nothing() {}

    @Test
    void aJobIsClaimedWithAllThatWasSaidOfItAndOnlyOnce() {
        var tenant = new Tenant("acme");
        long id =
                enqueue(
                        job(
                                "a",
                                new Job.Due.After(Duration.ZERO),
                                Optional.empty(),
                                Optional.of(tenant)));
        long owner = owner("a");
        var claim = only(owner, "a");
        assertThat(claim.id()).isEqualTo(id);
        assertThat(claim.type()).isEqualTo("a");
        assertThat(claim.payload()).isEqualTo("{\"n\":1}");
        assertThat(claim.tenant()).contains(tenant);
        assertThat(claim.request()).contains("r1");
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(claim(owner, 5, "a")).isEmpty();
        assertThat(claim(owner("a"), 5, "a")).isEmpty();
    }

    @Test
    void aJobWithoutTenantHasNone() {
        enqueue(job("a"));
        assertThat(only(owner("a"), "a").tenant()).isEmpty();
    }

    @Test
    void theOldestComeFirstAndNoMoreThanThereIsRoomFor() {
        var ids =
                store().enqueue(List.of(job("a"), job("a"), job("a"))).stream()
                        .map(Enqueued::id)
                        .toList();
        long owner = owner("a");
        assertThat(claim(owner, 2, "a")).extracting(Claim::id).isEqualTo(ids.subList(0, 2));
        assertThat(claim(owner, 2, "a")).extracting(Claim::id).isEqualTo(ids.subList(2, 3));
    }

    @Test
    void jobsOfAnotherTypeAreLeft() {
        enqueue(job("a"));
        long owner = owner("b");
        assertThat(claim(owner, 5, "b")).isEmpty();
        assertThat(desk().overview().kinds())
                .singleElement()
                .satisfies(kind -> {
                    assertThat(kind.due()).isEqualTo(1);
                    assertThat(kind.handled()).isFalse();
                });
        assertThat(only(owner("a"), "a").attempt()).isEqualTo(1);
    }

    @Test
    void aDelayedJobIsNotThereBeforeItsTimeAndTheStoreSaysWhen() {
        enqueue(
                job(
                        "a",
                        new Job.Due.After(Duration.ofMinutes(1)),
                        Optional.empty(),
                        Optional.empty()));
        long owner = owner("a");
        var taken =
                store().claim(
                                owner,
                                List.of(new Lane("default", 1, Optional.empty(), List.of("a"))));
        assertThat(taken.claims()).isEmpty();
        assertThat(taken.again())
                .hasValueSatisfying(again ->
                        assertThat(again)
                                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60)));
        pass(Duration.ofSeconds(61));
        assertThat(claim(owner("a"), 1, "a")).hasSize(1);
    }

    @Test
    void aJobAtAnInstantIsDueThen() {
        enqueue(
                job(
                        "a",
                        new Job.Due.At(store().now().plusSeconds(3600)),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(claim(owner("a"), 1, "a")).isEmpty();
        pass(Duration.ofSeconds(3601));
        assertThat(claim(owner("a"), 1, "a")).hasSize(1);
    }

    @Test
    void aKeyIsEnqueuedOnceAsLongAsItIsKnown() {
        var keyed =
                job(
                        "a",
                        new Job.Due.After(Duration.ZERO),
                        Optional.of("order-1"),
                        Optional.empty());
        var first = store().enqueue(List.of(keyed)).getFirst();
        var second = store().enqueue(List.of(keyed)).getFirst();
        assertThat(first.added()).isTrue();
        assertThat(second).isEqualTo(new Enqueued(first.id(), false));
        store().run(only(owner("a"), "a"), JobStoreContract::nothing);
        assertThat(store().enqueue(List.of(keyed)).getFirst().added()).isFalse();
        pass(Duration.ofDays(1).plusSeconds(1));
        assertThat(store().enqueue(List.of(keyed)).getFirst().added()).isTrue();
    }

    @Test
    void aKeyBelongsToItsTypeAndTenant() {
        var due = new Job.Due.After(Duration.ZERO);
        var key = Optional.of("k");
        assertThat(
                        store().enqueue(
                                        List.of(
                                                job("a", due, key, Optional.empty()),
                                                job("b", due, key, Optional.empty()),
                                                job("a", due, key, Optional.of(new Tenant("x"))),
                                                job("a", due, key, Optional.of(new Tenant("x"))))))
                .extracting(Enqueued::added)
                .containsExactly(true, true, true, false);
    }

    @Test
    void ofManyWhoBringOneKeyOneIsAdded() throws Exception {
        var keyed =
                job("a", new Job.Due.After(Duration.ZERO), Optional.of("one"), Optional.empty());
        var tasks =
                Collections.nCopies(
                        8, (Callable<Enqueued>) () -> store().enqueue(List.of(keyed)).getFirst());
        var ids = new HashSet<Long>();
        int added = 0;
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var answer : threads.invokeAll(tasks)) {
                ids.add(answer.get().id());
                added += answer.get().added() ? 1 : 0;
            }
        }
        assertThat(ids).hasSize(1);
        assertThat(added).isEqualTo(1);
    }

    @Test
    void whatRanIsOverAndWhatFailedIsNot() {
        enqueue(job("a"));
        long owner = owner("a");
        var claim = only(owner, "a");
        assertThatThrownBy(() ->
                        store().run(
                                        claim,
                                        () -> {
                                            throw new IllegalStateException("no");
                                        }))
                .hasMessage("no");
        var ran = new AtomicInteger();
        assertThat(store().run(claim, ran::incrementAndGet)).isTrue();
        assertThat(store().run(claim, ran::incrementAndGet)).isFalse();
        assertThat(ran).hasValue(1);
        assertThat(desk().overview().kinds()).isEmpty();
    }

    @Test
    void aFailedJobWaitsAndCountsItsAttempts() {
        enqueue(job("a"));
        long owner = owner("a");
        store().end(List.of(new Ending.Again(only(owner, "a"), Duration.ofSeconds(5), "why")));
        assertThat(claim(owner, 1, "a")).isEmpty();
        pass(Duration.ofSeconds(6));
        assertThat(only(owner("a"), "a").attempt()).isEqualTo(2);
    }

    @Test
    void whatIsGivenBackIsThereAtOnceAndWasNoAttempt() {
        enqueue(job("a"));
        var claim = only(owner("a"), "a");
        store().end(List.of(new Ending.Back(claim, Duration.ZERO, "")));
        var next = only(owner("a"), "a");
        assertThat(next.attempt()).isEqualTo(1);
        assertThat(next.fence()).isGreaterThan(claim.fence());
    }

    @Test
    void fencesGrowWithEveryClaim() {
        store().enqueue(Collections.nCopies(5, job("a")));
        long one = owner("a");
        long two = owner("a");
        var fences = new ArrayList<Long>();
        for (int i = 0; i < 5; i++) {
            fences.add(only(i % 2 == 0 ? one : two, "a").fence());
        }
        assertThat(fences).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aDeadLetterSaysWhyAndCanComeBackOrBeDiscarded() {
        store().enqueue(List.of(job("a"), job("a"), job("a")));
        long owner = owner("a");
        var claims = claim(owner, 3, "a");
        store().end(
                        claims.stream()
                                .<Ending>map(claim -> new Ending.Dead(claim, "it\0broke"))
                                .toList());
        assertThat(claim(owner, 3, "a")).isEmpty();
        var letters = desk().dead(10);
        assertThat(letters)
                .hasSize(3)
                .allSatisfy(letter -> {
                    assertThat(letter.error()).isIn("it broke", "it\0broke");
                    assertThat(letter.attempts()).isEqualTo(1);
                    assertThat(letter.payload()).isEqualTo("{\"n\":1}");
                });
        long first = claims.getFirst().id();
        assertThat(desk().dead(first)).isPresent();
        assertThat(desk().requeue(first)).isTrue();
        assertThat(desk().requeue(first)).isFalse();
        assertThat(only(owner, "a"))
                .satisfies(claim -> {
                    assertThat(claim.id()).isEqualTo(first);
                    assertThat(claim.attempt()).isEqualTo(1);
                });
        assertThat(desk().discard(claims.get(1).id())).isTrue();
        assertThat(desk().discard(claims.get(1).id())).isFalse();
        assertThat(desk().requeue("b")).isZero();
        assertThat(desk().requeue("a")).isEqualTo(1);
        assertThat(desk().dead(10)).isEmpty();
        assertThat(only(owner, "a").id()).isEqualTo(claims.get(2).id());
    }

    @Test
    void whoIsSilentIsDeadForEverAndOthersHaveItsJobs() {
        enqueue(job("a"));
        long silent = owner("a");
        var before = only(silent, "a");
        pass(Duration.ofSeconds(11));
        assertThat(store().renew(silent)).isFalse();
        long next = owner("a");
        assertThat(claim(next, 1, "a")).isEmpty();
        var rescued = store().rescue(5, WAITS);
        assertThat(rescued).containsExactly(new JobStore.Rescued("one", 1, 0));
        assertThat(store().rescue(5, WAITS)).isEmpty();
        // It waits a little, apart from what may have ended the instance with it.
        assertThat(claim(next, 1, "a")).isEmpty();
        pass(Duration.ofSeconds(4));
        var after = only(owner("a"), "a");
        assertThat(after.attempt()).isEqualTo(2);
        assertThat(after.fence()).isGreaterThan(before.fence());
        assertThat(store().claim(silent, lane(1)).claims()).isEmpty();
    }

    private static List<Lane> lane(int room) {
        return List.of(new Lane("default", room, Optional.empty(), List.of("a")));
    }

    @Test
    void aClaimThatWasTakenOverDoesNothingAnyMore() {
        enqueue(job("a"));
        long silent = owner("a");
        var stale = only(silent, "a");
        pass(Duration.ofSeconds(11));
        store().rescue(5, WAITS);
        pass(Duration.ofSeconds(4));
        var fresh = only(owner("a"), "a");
        var ran = new AtomicInteger();
        assertThat(store().run(stale, ran::incrementAndGet)).isFalse();
        store().end(
                        List.of(
                                new Ending.Done(stale),
                                new Ending.Again(stale, Duration.ZERO, "x"),
                                new Ending.Back(stale, Duration.ZERO, "x"),
                                new Ending.Dead(stale, "x")));
        assertThat(claim(owner("a"), 1, "a")).isEmpty();
        assertThat(store().run(fresh, ran::incrementAndGet)).isTrue();
        assertThat(ran).hasValue(1);
        assertThat(desk().dead(1)).isEmpty();
    }

    @Test
    void aJobThatEndsItsInstancesIsADeadLetterAfterSome() {
        enqueue(job("a"));
        for (int i = 1; i <= 3; i++) {
            var claim = only(owner("a"), "a");
            assertThat(claim.attempt()).isEqualTo(i);
            pass(Duration.ofSeconds(11));
            var rescued = store().rescue(3, WAITS);
            assertThat(rescued)
                    .containsExactly(new JobStore.Rescued("one", i < 3 ? 1 : 0, i < 3 ? 0 : 1));
            pass(Duration.ofMinutes(15));
            store().rescue(3, WAITS);
        }
        assertThat(desk().dead(1))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.error()).contains("3 times").contains("one");
                    assertThat(letter.attempts()).isEqualTo(3);
                });
    }

    @Test
    void whoLeavesIsNotWaitedFor() {
        enqueue(job("a"));
        long leaving = owner("a");
        only(leaving, "a");
        store().leave(leaving);
        assertThat(store().renew(leaving)).isFalse();
        assertThat(store().rescue(5, WAITS)).hasSize(1);
        pass(Duration.ofSeconds(4));
        assertThat(claim(owner("a"), 1, "a")).hasSize(1);
    }

    @Test
    void claimsWhoseAnswerWasLostAreGivenBack() {
        store().enqueue(List.of(job("a"), job("a")));
        long owner = owner("a");
        var claims = claim(owner, 2, "a");
        store().keepOnly(owner, List.of(claims.getFirst().fence()));
        assertThat(claim(owner, 2, "a"))
                .singleElement()
                .satisfies(claim -> {
                    assertThat(claim.id()).isEqualTo(claims.getLast().id());
                    assertThat(claim.attempt()).isEqualTo(1);
                });
    }

    @Test
    void aRateLetsItsBurstThroughAndThenOneEachStep() {
        store().enqueue(Collections.nCopies(20, job("a")));
        var pace = new Pace(Duration.ofSeconds(60).toNanos() / 1000, 3);
        var lanes = List.of(new Lane("slow", 10, Optional.of(pace), List.of("a")));
        var first = store().claim(owner("a"), lanes);
        assertThat(first.claims()).hasSize(3);
        assertThat(first.again())
                .hasValueSatisfying(again ->
                        assertThat(again)
                                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60)));
        assertThat(store().claim(owner("a"), lanes).claims()).isEmpty();
        pass(Duration.ofSeconds(121));
        assertThat(store().claim(owner("a"), lanes).claims()).hasSize(2);
        pass(Duration.ofHours(1));
        assertThat(store().claim(owner("a"), lanes).claims()).hasSize(3);
    }

    // Whoever comes next comes late, and somebody else than the last time: nothing of the rate may
    // be lost by either.
    @Test
    void aRateHoldsOverSeveralWhoClaimInTurnAndLate() {
        var pace = Pace.of("100/m", Optional.empty());
        var chance = new Random(7);
        long step = Duration.ofMillis(600).toNanos();
        long began = System.nanoTime();
        long passed = 0;
        int begun = 0;
        int waiting = 0;
        while (passed < Duration.ofMinutes(3).toNanos()) {
            if (waiting < 10) {
                waiting += store().enqueue(Collections.nCopies(10, job("a"))).size();
            }
            var lane = new Lane("paced", 1 + chance.nextInt(4), Optional.of(pace), List.of("a"));
            var taken = store().claim(owner("a"), List.of(lane));
            store().end(taken.claims().stream().<Ending>map(Ending.Done::new).toList());
            begun += taken.claims().size();
            waiting -= taken.claims().size();
            long elapsed = passed + System.nanoTime() - began;
            assertThat(begun).isLessThanOrEqualTo((int) (elapsed / step) + 5);
            var late = Duration.ofMillis(chance.nextInt(1200));
            var wait = taken.again().orElse(Duration.ZERO).plus(late);
            pass(wait);
            passed += wait.toNanos();
        }
        double share = begun / ((passed + System.nanoTime() - began) / (double) step);
        System.out.printf(
                "100/m over several who come up to 1.2 s late: %d begun, %.1f %%%n",
                begun, share * 100);
        assertThat(share).isBetween(0.95, 1.05);
    }

    @Test
    void lanesHaveRoomOfTheirOwn() {
        store().enqueue(List.of(job("a"), job("a"), job("b"), job("b"), job("b")));
        var claims =
                store().claim(
                                owner("a", "b"),
                                List.of(
                                        new Lane("one", 1, Optional.empty(), List.of("a")),
                                        new Lane("full", 0, Optional.empty(), List.of("c")),
                                        new Lane("two", 2, Optional.empty(), List.of("b"))))
                        .claims();
        assertThat(claims).extracting(Claim::lane).containsExactlyInAnyOrder(0, 2, 2);
    }

    @Test
    void manyWhoClaimAtOnceShareTheJobsWithoutOneTwice() throws Exception {
        int count = 300;
        store().enqueue(Collections.nCopies(count, job("a")));
        var claimed = Collections.synchronizedList(new ArrayList<Long>());
        var tasks =
                IntStream.range(0, 4)
                        .<Callable<Boolean>>mapToObj(i ->
                                () -> {
                                    long owner = owner("a");
                                    for (int j = 0; j < 60 && claimed.size() < count; j++) {
                                        claim(owner, 7, "a")
                                                .forEach(claim -> claimed.add(claim.id()));
                                    }
                                    return true;
                                })
                        .toList();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var done : threads.invokeAll(tasks)) {
                assertThat(done.get()).isTrue();
            }
        }
        assertThat(claimed).hasSize(count).doesNotHaveDuplicates();
    }

    @Test
    void aRecurringJobIsEnqueuedByOneOfThoseWhoSeeThatItIsDue() {
        var now = store().now();
        var due = now.minusSeconds(1);
        var next = now.plusSeconds(60);
        store().plan("@r", "every PT1M", due);
        store().plan("@r", "every PT1M", now.plusSeconds(99));
        var known = store().due(Map.of("@r", "every PT1M", "@other", "x"));
        assertThat(known).hasSize(1);
        var expected = Objects.requireNonNull(known.get("@r"));
        assertThat(store().tick("@r", "every PT1M", expected, next)).isTrue();
        assertThat(store().tick("@r", "every PT1M", expected, next)).isFalse();
        assertThat(claim(owner("@r"), 5, "@r")).hasSize(1);
        assertThat(desk().overview().recurring())
                .singleElement()
                .satisfies(recurring -> {
                    assertThat(recurring.name()).isEqualTo("@r");
                    assertThat(recurring.last()).isPresent();
                });
    }

    @Test
    void aRecurringJobIsNotEnqueuedWhileItsLastRunIsNotOver() {
        var now = store().now();
        store().plan("@r", "s", now);
        var first = due();
        assertThat(store().tick("@r", "s", first, now.plusSeconds(1))).isTrue();
        var second = due();
        assertThat(store().tick("@r", "s", second, now.plusSeconds(2))).isFalse();
        store().run(only(owner("@r"), "@r"), () -> store().pause("@r", Duration.ofHours(1)));
        var third = due();
        assertThat(third).isAfter(store().now().plusSeconds(3000));
        assertThat(store().tick("@r", "s", third, third.plusSeconds(1))).isTrue();
    }

    private Instant due() {
        return Objects.requireNonNull(store().due(Map.of("@r", "s")).get("@r"));
    }

    @Test
    void anotherScheduleReplacesTheFormerOne() {
        var now = store().now();
        store().plan("@r", "old", now.plusSeconds(10));
        store().plan("@r", "new", now.plusSeconds(20));
        assertThat(store().due(Map.of("@r", "old"))).isEmpty();
        assertThat(store().due(Map.of("@r", "new"))).hasSize(1);
        assertThat(store().tick("@r", "old", now.plusSeconds(10), now)).isFalse();
    }

    @Test
    void anOverviewCountsByTypeAndState() {
        var later = new Job.Due.After(Duration.ofHours(1));
        store().enqueue(Collections.nCopies(3, job("a")));
        enqueue(job("a", later, Optional.empty(), Optional.empty()));
        long owner = owner("a");
        var claims = claim(owner, 2, "a");
        store().end(List.of(new Ending.Dead(claims.getFirst(), "x")));
        pass(Duration.ofSeconds(5));
        var overview = desk().overview();
        assertThat(overview.kinds())
                .singleElement()
                .satisfies(kind -> {
                    assertThat(kind.due()).isEqualTo(1);
                    assertThat(kind.later()).isEqualTo(1);
                    assertThat(kind.running()).isEqualTo(1);
                    assertThat(kind.dead()).isEqualTo(1);
                    assertThat(kind.age()).isBetween(Duration.ofSeconds(5), Duration.ofMinutes(1));
                    assertThat(kind.handled()).isTrue();
                });
        assertThat(overview.owners())
                .singleElement()
                .satisfies(worker -> {
                    assertThat(worker.instance()).isEqualTo("one");
                    assertThat(worker.types()).containsExactly("a");
                });
    }

    @Test
    void aHintReachesWhoListens() throws Exception {
        var heard = new CountDownLatch(2);
        store().listen(heard::countDown);
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (heard.getCount() > 0 && System.nanoTime() < end) {
            other().hint();
            heard.await(20, TimeUnit.MILLISECONDS);
        }
        assertThat(heard.getCount()).isZero();
    }

    /** Another instance's view of the same jobs. */
    abstract JobStore other();

    @Test
    void cleaningForgetsOnlyKeysWhoseTimeIsOver() {
        var due = new Job.Due.After(Duration.ZERO);
        enqueue(job("a", due, Optional.of("old"), Optional.empty()));
        pass(Duration.ofDays(2));
        enqueue(job("a", due, Optional.of("new"), Optional.empty()));
        store().clean();
        assertThat(
                        store().enqueue(
                                        Arrays.asList(
                                                job("a", due, Optional.of("old"), Optional.empty()),
                                                job(
                                                        "a",
                                                        due,
                                                        Optional.of("new"),
                                                        Optional.empty()))))
                .extracting(Enqueued::added)
                .containsExactly(true, false);
    }
}

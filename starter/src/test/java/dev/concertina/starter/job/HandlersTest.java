package dev.concertina.starter.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.instance.BadSetting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** What an application may have written, and what it is told if it may not. */
class HandlersTest {
    record One(int number) {}

    @JobType(value = "two", formerly = "zwei")
    record Two(int number) {}

    @JobType("Two Words")
    record Three(int number) {}

    static class Good {
        @JobHandler
        void one(One one, JobContext context) {}

        @JobHandler(queue = "q", transactional = false, attempts = 3)
        void two(Two two) {}

        @RecurringJob(every = "10m")
        void sweepUp() {}

        @RecurringJob(name = "named", cron = "-")
        void never(JobContext context) {}
    }

    static class NoPayload {
        @JobHandler
        void wrong(JobContext context) {}
    }

    static class TextPayload {
        @JobHandler
        void wrong(String text) {}
    }

    static class BadName {
        @JobHandler
        void wrong(Three three) {}
    }

    static class Another {
        @JobHandler
        void again(One one) {}
    }

    static class BadCron {
        @RecurringJob(cron = "61 * * * * *")
        void wrong() {}
    }

    static class WithPayload {
        @RecurringJob(every = "1s")
        void wrong(One one) {}
    }

    private static Handlers handlers(Map<String, String> settings, Class<?>... beans) {
        try (var context = new AnnotationConfigApplicationContext(beans)) {
            var handlers = new Handlers(context.getBeanFactory(), JobTexts.settings(settings));
            handlers.find();
            return handlers;
        }
    }

    private static void refused(String what, String next, Class<?>... beans) {
        assertThatThrownBy(() -> handlers(Map.of(), beans))
                .isInstanceOf(BadSetting.class)
                .hasMessageContaining(what)
                .hasMessageContaining(next);
    }

    @Test
    void handlersAreFoundByTheNamesOfTheirJobs() {
        var handlers = handlers(Map.of(), Good.class);
        assertThat(handlers.all()).hasSize(4);
        assertThat(handlers.of("one"))
                .hasValueSatisfying(one -> {
                    assertThat(one.transactional()).isTrue();
                    assertThat(one.attempts()).isEqualTo(10);
                    assertThat(one.queue()).isEqualTo("default");
                });
        assertThat(handlers.of("zwei"))
                .isEqualTo(handlers.of("two"))
                .hasValueSatisfying(two -> {
                    assertThat(two.transactional()).isFalse();
                    assertThat(two.attempts()).isEqualTo(3);
                });
        assertThat(handlers.of("@good-sweep-up"))
                .hasValueSatisfying(sweep -> assertThat(sweep.recurrence()).isPresent());
        assertThat(handlers.of("@named"))
                .hasValueSatisfying(named -> assertThat(named.recurrence()).isEmpty());
    }

    @Test
    void whatCannotBeAHandlerEndsTheStartWithItsPlaceAndTheNextMove() {
        refused("NoPayload.wrong does not take one payload", "one record", NoPayload.class);
        refused("TextPayload.wrong takes a java.lang.String", "record", TextPayload.class);
        refused("'Two Words'", "@JobType(", BadName.class);
        refused("'one' have two handlers", "Another.again", Good.class, Another.class);
        refused("BadCron.wrong has cron = \"61 * * * * *\"", "six fields", BadCron.class);
        refused("WithPayload.wrong takes something", "JobContext", WithPayload.class);
    }

    @Test
    void aQueueOfNoHandlerIsAMistakeInTheSettings() {
        assertThatThrownBy(
                        () -> handlers(Map.of("concertina.job.queues.qq.workers", "1"), Good.class))
                .hasMessageContaining("concertina.job.queues.qq")
                .hasMessageContaining("default, q");
    }
}

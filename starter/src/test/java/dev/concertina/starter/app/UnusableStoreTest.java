package dev.concertina.starter.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What somebody reads whose application does not start for want of a store. */
@ExtendWith(OutputCaptureExtension.class)
class UnusableStoreTest {
    @Test
    void anAddressThatIsNoneIsNamedAndNotRepeated(CapturedOutput output) {
        assertThatThrownBy(() ->
                        Instances.start(
                                1,
                                "--concertina.redis.url=redis-cluster://:hunter2@a:b",
                                Instances.KEY))
                .isNotNull();
        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains("concertina.redis.url (or REDIS_URL) is not an address of the form")
                .contains("Write it so.")
                .doesNotContain("\tat ")
                .doesNotContain("hunter2");
    }

    @Test
    void sessionsInADatabaseThatIsNowhereAreNamed(CapturedOutput output) {
        assertThatThrownBy(() ->
                        Instances.start(1, "--concertina.session.store=postgres", Instances.KEY))
                .isNotNull();
        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains("concertina.session.store is postgres, but there is no DataSource.")
                .contains("Set DATABASE_URL")
                .doesNotContain("\tat ");
    }
}

package dev.concertina.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.console.Decision;
import dev.concertina.fleet.runtime.FileStorage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal of a deploy during which an instance crashed, in words. */
class ExplanationTest {
    @TempDir Path folder;

    private String journal = "";

    @BeforeEach
    void aJournal() throws IOException {
        try (InputStream in = ExplanationTest.class.getResourceAsStream("/journal/before-shares")) {
            journal = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Files.writeString(folder.resolve("journal"), journal);
    }

    @Test
    void everyDecisionSaysWhatLedToItAndWhatFollowed() {
        List<Decision> all = Explanation.of(folder);

        assertThat(all).hasSize(15);
        Decision deploy =
                all.stream()
                        .filter(d -> d.because().contains("deploy of r2"))
                        .findFirst()
                        .orElseThrow();
        assertThat(deploy.because()).isEqualTo("deploy of r2 was asked for");
        assertThat(deploy.decided()).contains("r2 replaces r1 one by one");
        assertThat(deploy.did()).contains("start sim-3-x3 of r2");
        Decision crash =
                all.stream().filter(d -> d.because().contains("exited")).findFirst().orElseThrow();
        assertThat(crash.because()).isEqualTo("sim-1-x1 exited: ended by signal 9");
        assertThat(crash.decided()).contains("sim-1-x1 has ended", "sim-1-x4 starts r1");
        assertThat(crash.did()).anyMatch(line -> line.startsWith("table "));
    }

    @Test
    void oneSubjectIsFoundByItsWholeName() {
        List<Decision> all = Explanation.of(folder);

        assertThat(all.stream().filter(d -> d.concerns("sim-2-x2"))).isNotEmpty();
        assertThat(all.stream().filter(d -> d.concerns("sim-2"))).isEmpty();
        assertThat(all.stream().filter(d -> d.concerns("r2"))).isNotEmpty();
    }

    @Test
    void whatWasBeforeTheJournalBeganAnewIsExplainedToo() throws IOException {
        int last = journal.lastIndexOf('\n', journal.length() - 2) + 1;
        Files.writeString(FileStorage.former(folder.resolve("journal")), journal);
        Files.writeString(folder.resolve("journal"), journal.substring(last));

        assertThat(Explanation.of(folder)).hasSize(15);
    }

    @Test
    void aHalfWrittenEndIsNotExplained() throws IOException {
        Files.writeString(folder.resolve("journal"), journal.substring(0, journal.length() - 9));

        assertThat(Explanation.of(folder)).hasSize(14);
    }
}

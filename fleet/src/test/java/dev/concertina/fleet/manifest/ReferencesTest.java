package dev.concertina.fleet.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {
    @TempDir Path state;

    @Test
    void variablesAndFilesAreReplacedInsideText() throws IOException {
        var file = Files.writeString(state.resolve("key"), "from file\n");
        var references = new References(state, Map.of("A", "a$1\\"));
        assertThat(references.resolve("x ${env:A} y ${file:" + file + "} z ${OTHER} $A"))
                .isEqualTo("x a$1\\ y from file z ${OTHER} $A");
    }

    @Test
    void whatCannotBeResolvedSaysWhyAndWhatToDo() {
        var references = new References(state, Map.of());
        assertThatThrownBy(() -> references.resolve("${env:NOPE}"))
                .hasMessage(
                        "refers to the environment variable NOPE, which is not set. Set it before"
                                + " 'concertina up': export NOPE=…");
        assertThat(references.missing("${file:/no/such}"))
                .contains(
                        "refers to the file /no/such, which cannot be read. Write it, or correct the"
                                + " path.");
        assertThat(references.missing("plain ${secret:s}")).isEmpty();
        assertThat(state.resolve("secrets")).doesNotExist();
    }

    @Test
    void aSecretIsMadeOnceAndKeptForTheOwnerOnly() throws IOException {
        var secret = new References(state, Map.of()).resolve("${secret:session-keys}");
        assertThat(secret).hasSize(43).matches("[A-Za-z0-9_-]+");
        assertThat(new References(state, Map.of()).resolve("${secret:session-keys}"))
                .isEqualTo(secret);
        assertThat(new References(state, Map.of()).resolve("${secret:other}")).isNotEqualTo(secret);
        var file = state.resolve("secrets/session-keys");
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void manyAtOnceAgreeOnOneSecret() throws Exception {
        var seen = ConcurrentHashMap.<String>newKeySet();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 32; i++) {
                threads.execute(
                        () -> seen.add(new References(state, Map.of()).resolve("${secret:s}")));
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(new HashSet<>(seen)).hasSize(1);
    }
}

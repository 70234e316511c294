package dev.concertina.fleet.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandWordsTest {
    @Test
    void blanksPartWordsAndQuotesKeepThemTogether() {
        assertThat(words("node  server.js\t--name 'a b' --x=\"c \\\"d\\\"\" e\\ f ''"))
                .containsExactly("node", "server.js", "--name", "a b", "--x=c \"d\"", "e f", "");
    }

    @Test
    void aShellsOwnWordsAreRefusedUnlessAShellGetsThem() {
        assertThat(CommandWords.split("a | b")).isInstanceOf(CommandWords.Split.Unclear.class);
        assertThat(words("sh -c 'a | b'")).containsExactly("sh", "-c", "a | b");
    }

    @Test
    void aFixedPortIsFlaggedOnlyWhenItIsCertain() {
        assertThat(FixedPort.inCommand(words("serve --port 3000"))).contains("--port 3000");
        assertThat(FixedPort.inCommand(words("serve --port=3000"))).contains("--port=3000");
        assertThat(FixedPort.inCommand(words("python3 -m http.server 9000")))
                .contains("-m http.server 9000");
        assertThat(FixedPort.inCommand(words("serve --port {port}"))).isEmpty();
        assertThat(FixedPort.inCommand(words("serve --port {port} --admin --port 3000"))).isEmpty();
        assertThat(FixedPort.inCommand(words("node server.js 3000"))).isEmpty();
        assertThat(FixedPort.inArguments(List.of("-Dserver.port=81"))).isPresent();
        assertThat(FixedPort.inArguments(List.of("--server.port=${PORT}"))).isEmpty();
    }

    private static List<String> words(String line) {
        return ((CommandWords.Split.Words) CommandWords.split(line)).words();
    }
}

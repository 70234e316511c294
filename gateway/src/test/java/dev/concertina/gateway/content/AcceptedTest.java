package dev.concertina.gateway.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedTest {
    static long accepted(String... fields) {
        long accepted = Accepted.NOTHING;
        for (String field : fields) {
            byte[] octets = ("x" + field + "x").getBytes(ISO_8859_1);
            accepted = Accepted.add(accepted, octets, 1, octets.length - 1);
        }
        return accepted;
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            delimiter = '|',
            value = {
                "gzip | GZIP",
                "gzip, deflate, br, zstd | ZSTD",
                "GZIP | GZIP",
                "x-gzip | GZIP",
                "deflate | none",
                "identity | none",
                "* | ZSTD",
                "*;q=0 | none",
                "zstd;q=0, * | BR",
                "gzip;q=1.0, br;q=0.9 | GZIP",
                "gzip; q=0.5 , br;q=0.500 | BR",
                "gzip;q=0.001 | GZIP",
                "gzip;q=0 | none",
                "gzip;q=0.000 | none",
                "gzip;q=0.5, identity | none",
                "gzip, identity;q=0.5 | GZIP",
                "gzip;q=0.5, identity;q=0.5 | GZIP",
                "identity;q=0, gzip | GZIP",
                "identity;q=0 | none",
                "gzip;q=2 | none",
                "gzip;q=x | none",
                "gzip;level=9 | none",
                "br;q=1;x | none",
                ",, gzip ,| GZIP",
                "'' | none",
                "gzipped | none",
            })
    void theWeightiestOfWhatBothKnow(String field, Coding coding) {
        assertThat(Accepted.choose(accepted(field), List.of(Coding.values()))).isEqualTo(coding);
    }

    @Test
    void fieldsAddUp() {
        long accepted = accepted("gzip;q=0.5", "br");
        assertThat(Accepted.choose(accepted, List.of(Coding.values()))).isEqualTo(Coding.BR);
        assertThat(Accepted.choose(accepted, List.of(Coding.GZIP))).isEqualTo(Coding.GZIP);
    }

    @Test
    void aClientThatSaysNothingGetsItPlain() {
        assertThat(Accepted.choose(Accepted.NOTHING, List.of(Coding.values()))).isNull();
        assertThat(Accepted.allows(accepted("*"), Coding.BR)).isTrue();
        assertThat(Accepted.allows(accepted("br;q=0, *"), Coding.BR)).isFalse();
    }
}

package dev.concertina.fleet.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.fleet.simulate.Trace.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTest {
    @Test
    void headingCommentsAndEmptyLinesAreSkipped() {
        Trace trace = Trace.parse("t.csv", "seconds,rps\r\n# a day\n\n0, 5\n 2 ,7.5\n");
        assertThat(trace.points()).containsExactly(new Point(0, 5), new Point(2, 7.5));
    }

    @Test
    void aLineHoldsUntilTheNextAndTheLastAsLongAsTheOneBefore() {
        Trace trace = Trace.parse("t.csv", "10,5\n12,7\n13,9\n15,1\n");
        assertThat(trace.rates()).containsExactly(5, 5, 7, 9, 9, 1, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0,5;1 | t.csv:2  '1' has 1 fields. Write seconds,requests-per-second, such as"
                        + " 60,120.5.",
                "0,5;x,1 | t.csv:2  'x' is no number of seconds. Give 0 or more, such as"
                        + " 60,120.5.",
                "0,5;1,-3 | t.csv:2  '-3' is no number of requests per second. Give 0 or more,"
                        + " such as 60,120.5.",
                "0,5;1,NaN | t.csv:2  'NaN' is no number of requests per second. Give 0 or more,"
                        + " such as 60,120.5.",
                "5,5;4,1 | t.csv:2  second 4.0 comes after second 5.0. Sort the lines by time.",
                "0,5;9999999,1 | t.csv:2  second 9999999 is more than 31 days after the first. Cut"
                        + " the trace.",
                "0,5 | t.csv  holds 1 lines of traffic. Give two or more, such as 0,50 and 60,80."
            })
    void badLinesAreRefusedWithPlaceValueAndNextMove(String lines, String message) {
        assertThatThrownBy(() -> Trace.parse("t.csv", lines.replace(';', '\n')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}

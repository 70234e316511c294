package dev.concertina.gateway.content;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Dates of HTTP (RFC 9110 section 5.6.7): written in one form, read in all three. */
public final class HttpDate {
    private static final DateTimeFormatter FIXED =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter RFC_850 =
            new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    .appendValueReduced(ChronoField.YEAR, 2, 2, LocalDate.of(1970, 1, 1))
                    .appendPattern(" HH:mm:ss 'GMT'")
                    .toFormatter(Locale.US)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter ASCTIME =
            new DateTimeFormatterBuilder()
                    .appendPattern("EEE MMM ")
                    .padNext(2)
                    .appendValue(ChronoField.DAY_OF_MONTH)
                    .appendPattern(" HH:mm:ss yyyy")
                    .toFormatter(Locale.US)
                    .withZone(ZoneOffset.UTC);

    private HttpDate() {}

    /** In the form that is to be sent, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    public static String format(Instant instant) {
        return FIXED.format(instant);
    }

    /** Empty if it is none: such a condition is overlooked. */
    static Optional<Instant> parse(String text) {
        for (DateTimeFormatter form : List.of(FIXED, RFC_850, ASCTIME)) {
            try {
                return Optional.of(form.parse(text.strip(), Instant::from));
            } catch (DateTimeException anotherForm) {
                // The next form, or none.
            }
        }
        return Optional.empty();
    }
}

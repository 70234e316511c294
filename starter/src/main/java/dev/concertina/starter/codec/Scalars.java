package dev.concertina.starter.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** The JDK's simple values: each has a tag and a text. */
@SuppressWarnings("JavaUtilDate") // sessions hold what applications put there
final class Scalars {
    private record Scalar<T>(
            String tag, Class<T> type, Function<T, String> write, Function<String, T> read) {
        String text(Object value) {
            return write.apply(type.cast(value));
        }
    }

    private static final List<Scalar<?>> ALL =
            List.of(
                    scalar("long", Long.class, Long::valueOf),
                    scalar("short", Short.class, Short::valueOf),
                    scalar("byte", Byte.class, Byte::valueOf),
                    scalar("double", Double.class, Double::valueOf),
                    scalar("float", Float.class, Float::valueOf),
                    scalar("char", Character.class, text -> text.charAt(0)),
                    scalar("decimal", BigDecimal.class, BigDecimal::new),
                    scalar("integer", BigInteger.class, BigInteger::new),
                    scalar("uuid", UUID.class, UUID::fromString),
                    scalar("uri", URI.class, URI::create),
                    scalar("url", URL.class, Scalars::url),
                    scalar("currency", Currency.class, Currency::getInstance),
                    scalar("atomic-int", AtomicInteger.class, Scalars::atomicInt),
                    scalar("atomic-long", AtomicLong.class, Scalars::atomicLong),
                    new Scalar<>(
                            "timezone", TimeZone.class, TimeZone::getID, TimeZone::getTimeZone),
                    scalar("instant", Instant.class, Instant::parse),
                    scalar("date", LocalDate.class, LocalDate::parse),
                    scalar("time", LocalTime.class, LocalTime::parse),
                    scalar("datetime", LocalDateTime.class, LocalDateTime::parse),
                    scalar("offset", OffsetDateTime.class, OffsetDateTime::parse),
                    scalar("zoned", ZonedDateTime.class, ZonedDateTime::parse),
                    scalar("duration", Duration.class, Duration::parse),
                    scalar("period", Period.class, Period::parse),
                    scalar("year", Year.class, Year::parse),
                    scalar("month", YearMonth.class, YearMonth::parse),
                    new Scalar<>("zone", ZoneId.class, ZoneId::getId, ZoneId::of),
                    new Scalar<>(
                            "locale", Locale.class, Locale::toLanguageTag, Locale::forLanguageTag),
                    new Scalar<>(
                            "bytes",
                            byte[].class,
                            Base64.getEncoder()::encodeToString,
                            Base64.getDecoder()::decode),
                    new Scalar<>(
                            "millis",
                            Date.class,
                            date -> Long.toString(date.getTime()),
                            text -> new Date(Long.parseLong(text))));

    private static final Set<String> MUTABLE =
            Set.of("bytes", "millis", "timezone", "atomic-int", "atomic-long");

    private static final Map<String, Scalar<?>> BY_TAG = new HashMap<>();
    private static final Map<Class<?>, Scalar<?>> BY_TYPE = new HashMap<>();

    static {
        for (var scalar : ALL) {
            BY_TAG.put(scalar.tag(), scalar);
            BY_TYPE.put(scalar.type(), scalar);
        }
    }

    private Scalars() {}

    private static <T> Scalar<T> scalar(String tag, Class<T> type, Function<String, T> read) {
        return new Scalar<>(tag, type, Object::toString, read);
    }

    /** Tag and text, or empty when the value is not a simple one. */
    static Optional<Map.Entry<String, String>> write(Object value) {
        // A zone's class is not public: region and offset are both ZoneId.
        var type =
                switch (value) {
                    case ZoneId zone -> ZoneId.class;
                    case TimeZone zone -> TimeZone.class;
                    default -> value.getClass();
                };
        return Optional.ofNullable(BY_TYPE.get(type))
                .map(scalar -> Map.entry(scalar.tag(), scalar.text(value)));
    }

    static Optional<Object> read(String tag, String text) {
        return Optional.ofNullable(BY_TAG.get(tag)).map(scalar -> scalar.read().apply(text));
    }

    static boolean immutable(String tag) {
        return BY_TAG.containsKey(tag) && !MUTABLE.contains(tag);
    }

    private static URL url(String text) {
        try {
            return URI.create(text).toURL();
        } catch (MalformedURLException e) {
            throw new UnknownType("url");
        }
    }

    private static AtomicInteger atomicInt(String text) {
        return new AtomicInteger(Integer.parseInt(text));
    }

    private static AtomicLong atomicLong(String text) {
        return new AtomicLong(Long.parseLong(text));
    }
}

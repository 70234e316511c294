package dev.concertina.starter.limit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits how often the handlers of a method, or of all methods of a class, may be called, over all
 * instances together. Known before the handler runs, and before anybody is logged in.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Repeatable(RateLimited.All.class)
public @interface RateLimited {
    /** Such as {@code 10/s}, {@code 100/m} or {@code 5/10s}. */
    String rate();

    /** How many may come at once; default the number in the rate. */
    long burst() default 0;

    /** How many one request counts for. */
    int cost() default 1;

    /** {@code address}, {@code user}, {@code tenant}, {@code all}, or a {@link LimitKey}'s name. */
    String key() default "address";

    /**
     * Endpoint class: handlers of one name share what is counted, and must agree on everything.
     * Default: the method, or the class.
     */
    String name() default "";

    Away whenAway() default Away.SHARE;

    /** Several limits on one place: a request passes all or counts for none. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.METHOD, ElementType.TYPE})
    @interface All {
        RateLimited[] value();
    }
}

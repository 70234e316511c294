package dev.concertina.starter.job;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a bean that is called again and again, by one instance each time. It takes nothing or
 * a {@link JobContext}. One of {@link #cron}, {@link #every} and {@link #pause} says when; values
 * may be placeholders such as {@code ${report.cron}}. While one run is not over there is no other,
 * and what was missed while no instance ran is made up for once.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RecurringJob {
    /** Its name over all instances and releases; by default class and method, with dashes. */
    String name() default "";

    /** Six fields as Spring has them, from seconds to weekday, or {@code @daily}; "-" is never. */
    String cron() default "";

    /** Time zone of {@link #cron}. */
    String zone() default "UTC";

    /** From one beginning to the next, such as {@code 10m}. */
    String every() default "";

    /** From one end to the next beginning, such as {@code 30s}. */
    String pause() default "";

    /** As {@link JobHandler#queue}. */
    String queue() default "default";

    /** As {@link JobHandler#transactional}. */
    boolean transactional() default true;

    /** As {@link JobHandler#attempts}. */
    int attempts() default 0;
}

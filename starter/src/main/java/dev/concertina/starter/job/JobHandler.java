package dev.concertina.starter.job;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a bean that does jobs. It takes the payload, a record or class of the application's
 * own, which also says what jobs it does; and, where it wants them, a {@link JobContext} and a
 * {@code Tenant} or {@code Optional<Tenant>}. What it returns is ignored; an exception means that
 * the job is to be done again.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface JobHandler {
    /** Whose limits apply, as {@code concertina.job.queues} has them. */
    String queue() default "default";

    /**
     * Whether it runs inside a transaction that ends the job with it, so that its effects in that
     * database happen exactly once. Turn it off where a job takes long or has no effects there;
     * then it may be done twice, and {@link JobContext#finish} makes its last part exact.
     */
    boolean transactional() default true;

    /** How often it is started before the job is a dead letter; 0: as the settings say. */
    int attempts() default 0;
}

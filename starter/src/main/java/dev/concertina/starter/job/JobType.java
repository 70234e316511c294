package dev.concertina.starter.job;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name under which jobs with this payload are kept, so that the class may be renamed. Without
 * it the name is the class' simple name in lower case with dashes: {@code StampPdf} is {@code
 * stamp-pdf}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface JobType {
    /** 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter. */
    String value();

    /** Names under which earlier releases kept it. */
    String[] formerly() default {};
}

package dev.concertina.starter.file;

import java.time.Duration;

/**
 * What a link allows.
 *
 * @param life from now on
 * @param inline whether a browser may show the file instead of saving it
 */
public record Link(Duration life, boolean inline) {
    public Link {
        if (!life.isPositive()) {
            throw new IllegalArgumentException(
                    "A link that lives for " + life + " is good for nothing. Give it 5 minutes.");
        }
    }

    /** To save the file. */
    public static Link of(Duration life) {
        return new Link(life, false);
    }

    /** To show it in a page. */
    public static Link inline(Duration life) {
        return new Link(life, true);
    }
}

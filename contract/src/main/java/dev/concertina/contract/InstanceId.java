package dev.concertina.contract;

import java.util.regex.Pattern;

/**
 * Identity of one running instance: 1 to 64 letters, digits, dots, dashes or underscores, so that
 * it fits in a header, a file name and a log line as it is.
 */
public record InstanceId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /**
     * @throws IllegalArgumentException if the value has another form
     */
    public InstanceId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "instance id '"
                            + value
                            + "' is not 1 to 64 of letters, digits, '.', '-', '_', beginning with a"
                            + " letter or digit");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

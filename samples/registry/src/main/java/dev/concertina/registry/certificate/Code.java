package dev.concertina.registry.certificate;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The public name of a certificate, such as {@code K7QM-2XWP-9DRB}: twelve of 32 letters and digits
 * that nobody confuses in print, 60 random bits, so that it cannot be guessed.
 */
record Code(String value) {
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final Pattern FORM =
            Pattern.compile("([A-HJ-NP-Z2-9]{4})-?([A-HJ-NP-Z2-9]{4})-?([A-HJ-NP-Z2-9]{4})");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Reads what a person typed: any case, with or without dashes. Empty if it is no code. */
    static Optional<Code> parse(String typed) {
        var matcher = FORM.matcher(typed.strip().toUpperCase(Locale.ROOT));
        return matcher.matches()
                ? Optional.of(new Code(matcher.replaceFirst("$1-$2-$3")))
                : Optional.empty();
    }

    static Code random() {
        var letters = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            letters.append(i > 0 && i % 4 == 0 ? "-" : "");
            letters.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new Code(letters.toString());
    }

    @Override
    public String toString() {
        return value;
    }
}

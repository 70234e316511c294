package dev.concertina.starter.seal;

/** An envelope, or what holds it, that does not open where it was found. */
public final class SealBroken extends RuntimeException {
    SealBroken(String name, String why) {
        super("'" + name + "' cannot be opened: " + why);
    }

    /** It may be whole, but this instance cannot say. */
    public static SealBroken unknownKey(String name) {
        return new SealBroken(
                name,
                "it was sealed with a key that is not in concertina.session.keys (or"
                        + " concertina.token.secrets)");
    }
}

package dev.concertina.starter.seal;

/** An envelope that does not open where it was found. */
public final class SealBroken extends RuntimeException {
    SealBroken(String name, String why) {
        super("'" + name + "' cannot be opened: " + why);
    }
}

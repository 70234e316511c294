package dev.concertina.acceptance.halt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Ends its own process, as SIGKILL would, in the write of the journal that a file asks for: {@code
 * NUMBER MODE}, counted from the moment the file is there. Called from the journal's storage, whose
 * code {@link HaltAgent} changes when it is loaded.
 */
public final class Halt {
    private static final int KILLED = 137;

    private static Path order = Path.of("halt-at");
    private static int writes;
    private static boolean now;

    private Halt() {}

    /** What becomes of the write in which the process ends. */
    public enum Mode {
        WHOLE,
        HALF_WRITTEN,
        DAMAGED
    }

    static void at(Path file) {
        order = file;
    }

    /** What is to be written in place of the text. */
    public static String before(String text) {
        String asked = asked();
        if (asked.isEmpty()) {
            writes = 0;
            return text;
        }
        String[] words = asked.split(" ");
        now = ++writes == Integer.parseInt(words[0]);
        return now ? spoilt(text, Mode.valueOf(words[1])) : text;
    }

    private static String asked() {
        try {
            return Files.readString(order).strip();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String spoilt(String text, Mode mode) {
        int half = text.length() / 2;
        return switch (mode) {
            case WHOLE -> text;
            case HALF_WRITTEN -> text.substring(0, half);
            case DAMAGED -> text.substring(0, half) + "\0" + text.substring(half + 1);
        };
    }

    /** The text is on the disk; what was decided has not been done. */
    public static void after() {
        if (now) {
            Runtime.getRuntime().halt(KILLED);
        }
    }
}

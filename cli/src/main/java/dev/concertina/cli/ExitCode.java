package dev.concertina.cli;

/** What the process answers to whoever started it. */
public final class ExitCode {
    /** Done, or the verdict PASS. */
    public static final int DONE = 0;

    /** The operation failed or was rolled back. */
    public static final int FAILED = 1;

    /** Usage or manifest is wrong, or the first start did not succeed; nothing runs. */
    public static final int REFUSED = 2;

    /** The verdict FAIL. */
    public static final int FAIL = 3;

    /** The verdict UNKNOWN. */
    public static final int UNKNOWN = 4;

    /** Ended by Ctrl-C. */
    public static final int INTERRUPTED = 130;

    /** Ended by SIGTERM. */
    public static final int TERMINATED = 143;

    private ExitCode() {}
}

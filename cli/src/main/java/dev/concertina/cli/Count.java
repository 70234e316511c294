package dev.concertina.cli;

/** A number with its noun. */
final class Count {
    private Count() {}

    static String instances(int n) {
        return n + (n == 1 ? " instance" : " instances");
    }

    static String processes(int n) {
        return n + (n == 1 ? " process" : " processes");
    }
}

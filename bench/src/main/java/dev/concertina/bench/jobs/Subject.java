package dev.concertina.bench.jobs;

import dev.concertina.bench.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** One of those that are compared: a process that is told on stdin and answers on stdout. */
final class Subject implements AutoCloseable {
    private final String name;
    private final boolean onPostgres;
    private final Process process;
    private final BufferedReader answers;

    private Subject(String name, boolean onPostgres, Process process) {
        this.name = name;
        this.onPostgres = onPostgres;
        this.process = process;
        this.answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static Subject start(String name, boolean onPostgres, Path log, List<String> command)
            throws IOException {
        var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        var subject = new Subject(name, onPostgres, process);
        for (var line = subject.line(); !line.equals("ready"); line = subject.line()) {
            System.err.println(name + ": " + line);
        }
        return subject;
    }

    private String line() throws IOException {
        var line = answers.readLine();
        if (line == null) {
            throw new IOException(name + " ended; its log says why");
        }
        return line;
    }

    String name() {
        return name;
    }

    boolean isOnPostgres() {
        return onPostgres;
    }

    /**
     * Has it do something.
     *
     * @return its answer; NaN if it does nothing of the kind
     */
    double ask(String what, int count) {
        try {
            var out = process.outputWriter(StandardCharsets.US_ASCII);
            out.write(what + " " + count + "\n");
            out.flush();
            var line = line();
            return line.equals("none") ? Double.NaN : Double.parseDouble(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    double cpuSeconds() {
        return Program.cpuSeconds(process.toHandle());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

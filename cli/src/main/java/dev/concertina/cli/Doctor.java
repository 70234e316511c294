package dev.concertina.cli;

import dev.concertina.fleet.manifest.Jdks;
import dev.concertina.fleet.manifest.ManifestReader;
import dev.concertina.fleet.manifest.Preflight;
import dev.concertina.fleet.manifest.Reading;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(name = "doctor", description = "Look at this machine and at the state of the fleet.")
final class Doctor extends Verb {
    /**
     * One thing looked at.
     *
     * @param next empty if it is well
     */
    record Finding(String what, String found, String next) {
        boolean well() {
            return next.isEmpty();
        }
    }

    @Override
    public Integer call() throws IOException {
        var findings = new ArrayList<Finding>();
        findings.add(jdk());
        findings.add(maven());
        findings.add(memory());
        findings.add(folder());
        findings.add(state());
        findings.addAll(manifestFindings());
        boolean well = findings.stream().allMatch(Finding::well);
        if (json) {
            findings.forEach(finding -> terminal().answer(Json.write(finding)));
        } else {
            var table = new Table("", "LOOKED AT", "FOUND", "NEXT");
            findings.forEach(f -> table.row(f.well() ? "ok" : "!!", f.what(), f.found(), f.next()));
            terminal().answer(table.render().stripTrailing());
        }
        return well ? ExitCode.DONE : ExitCode.FAILED;
    }

    private Finding jdk() {
        var found = Jdks.found(terminal().environment());
        var text =
                String.join(
                        ", ", found.stream().map(j -> j.feature() + " at " + j.java()).toList());
        boolean enough = found.stream().anyMatch(j -> j.feature() >= 25);
        return new Finding("JDK", text, enough ? "" : "Install a JDK 25.");
    }

    private Finding maven() {
        for (String folder : terminal().environment().getOrDefault("PATH", "").split(":")) {
            var mvn = Path.of(folder, "mvn");
            if (Files.isExecutable(mvn)) {
                return new Finding("Maven", mvn.toString(), "");
            }
        }
        return new Finding("Maven", "not on the PATH (needed to build only)", "");
    }

    private static Finding memory() {
        var bean = ManagementFactory.getOperatingSystemMXBean();
        int cores = bean.getAvailableProcessors();
        long bytes =
                bean instanceof com.sun.management.OperatingSystemMXBean os
                        ? os.getTotalMemorySize()
                        : 0;
        var found = String.format(Locale.ROOT, "%d cores, %.1f GiB", cores, bytes / 1073741824.0);
        return new Finding(
                "Machine",
                found,
                bytes > 0 && bytes < 2L << 30 ? "Three JVMs want 2 GiB or more." : "");
    }

    private Finding folder() {
        var folder = options.stateDirectory().getParent();
        boolean writable = folder != null && Files.isWritable(folder);
        return new Finding(
                "Folder",
                String.valueOf(folder),
                writable ? "" : "Make it writable: .concertina/ is kept there.");
    }

    private Finding state() throws IOException {
        var state = options.stateDirectory();
        var running = fleets().running(state);
        if (running.isPresent()) {
            return new Finding("Fleet", "up, pid " + running.get().status().pid(), "");
        }
        int left = Leftovers.of(state).size();
        return left == 0
                ? new Finding("Fleet", "not up", "")
                : new Finding(
                        "Fleet",
                        "its process is gone, " + left + " others are left",
                        "Adopt them with 'concertina up -d', or end them with 'concertina down'.");
    }

    private List<Finding> manifestFindings() throws IOException {
        if (!Files.exists(options.file)) {
            return List.of(new Finding("Manifest", "no " + options.file, ""));
        }
        return switch (ManifestReader.read(options.file, options.environment)) {
            case Reading.Refused refused ->
                    refused.problems().stream()
                            .map(p ->
                                    new Finding(
                                            "Manifest", p.place() + "  " + p.message(), p.next()))
                            .toList();
            case Reading.Read read -> preflight(read);
        };
    }

    private List<Finding> preflight(Reading.Read read) throws IOException {
        var state = read.manifest().stateDirectory();
        boolean up = fleets().running(state).isPresent() || !Leftovers.of(state).isEmpty();
        var problems = Preflight.check(read, terminal().environment(), up);
        if (problems.isEmpty()) {
            return List.of(new Finding("Manifest", options.file + " is right", ""));
        }
        return problems.stream()
                .map(p -> new Finding("Manifest", p.place() + "  " + p.message(), p.next()))
                .toList();
    }
}

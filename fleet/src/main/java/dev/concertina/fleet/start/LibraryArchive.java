package dev.concertina.fleet.start;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The classes of a set of libraries, loaded and linked already (a class data archive of the JVM,
 * JEP 310 and 483). It serves every release that has the same libraries, so also one that was never
 * started before. The JVM takes it because the libraries come first on the class path, and the
 * application after them.
 *
 * @param arguments names the whole class path of a release and its main class, for the launcher
 * @param libraries names the libraries alone
 */
public record LibraryArchive(Path file, Path arguments, Path libraries) implements Archive {
    private static final String SUFFIX = ".jsa";

    /**
     * @param java the program that starts it
     * @param options for the JVM
     * @param environment in which it is started
     */
    public static LibraryArchive of(
            Libraries libraries, Path java, List<String> options, Map<String, String> environment) {
        Path folder = libraries.shared();
        return new LibraryArchive(
                folder.resolve(AotCache.key(folder, java, options, environment) + SUFFIX),
                libraries.start(),
                libraries.alone());
    }

    @Override
    public String gain() {
        return "leaves an archive of its libraries, from which every release with the same ones"
                + " starts";
    }

    @Override
    public String name() {
        return "archive of its libraries";
    }

    @Override
    public List<String> command(List<String> plain) {
        var command = PlainCommand.of(plain);
        return command.with(
                List.of("-XX:SharedArchiveFile=" + file.toAbsolutePath()),
                List.of("@" + arguments),
                command.arguments());
    }

    @Override
    public List<Stage> stages(List<String> plain, Path draft) {
        var command = PlainCommand.of(plain);
        Path classes = draft.resolveSibling(draft.getFileName() + ".classes");
        List<String> alone = List.of("@" + libraries);
        return List.of(
                Stage.making(
                        command.with(
                                List.of("-XX:DumpLoadedClassList=" + classes, Training.END),
                                List.of("@" + arguments),
                                command.arguments())),
                Stage.making(
                        command.with(
                                List.of(
                                        "-Xshare:dump",
                                        "-XX:SharedClassListFile=" + classes,
                                        "-XX:SharedArchiveFile=" + draft,
                                        "-XX:+AOTClassLinking"),
                                alone,
                                List.of())),
                Stage.trying(
                        command.with(
                                List.of("-Xshare:on", "-XX:SharedArchiveFile=" + draft),
                                alone,
                                List.of("-version"))));
    }
}

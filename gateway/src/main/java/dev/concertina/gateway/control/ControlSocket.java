package dev.concertina.gateway.control;

import dev.concertina.contract.GatewayControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The files of the control socket: one under the process's own name, for as long as it lives, and
 * the public one, a second name of it, which passes from each gateway to its successor.
 *
 * @param shared the path that everybody knows
 * @param own the path of this process alone
 */
record ControlSocket(Path shared, Path own) {

    static ControlSocket at(Path shared) {
        return new ControlSocket(
                shared, GatewayControl.ownSocket(shared, ProcessHandle.current().pid()));
    }

    /**
     * @throws IOException if a gateway answers on the shared path
     */
    void refuseIfTaken() throws IOException {
        if (Files.exists(shared) && answers(shared)) {
            throw new IOException(
                    "control socket "
                            + shared
                            + " is in use by another gateway. Stop that one, or name another path"
                            + " with --control");
        }
    }

    private static boolean answers(Path socket) {
        try (SocketChannel somebody = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return somebody.isConnected();
        } catch (IOException nobody) {
            return false;
        }
    }

    /** Nobody connects before this: clients know the shared path or wait for an answer. */
    void makePrivate() throws IOException {
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
    }

    /** Makes the shared path lead here, in one step for whoever connects to it. */
    void claim() {
        Path next = own.resolveSibling(own.getFileName() + "+");
        try {
            Files.deleteIfExists(next);
            Files.createLink(next, own);
            Files.move(
                    next,
                    shared,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            // rename(2) of two names of one file does nothing at all.
            Files.deleteIfExists(next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the files, the shared one only if it has not passed to a successor. */
    void remove() throws IOException {
        if (Files.exists(shared) && Files.exists(own) && Files.isSameFile(shared, own)) {
            Files.delete(shared);
        }
        Files.deleteIfExists(own);
    }
}

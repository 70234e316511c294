package dev.concertina.fleet.host.services;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The first message of a PostgreSQL connection and its answer (PostgreSQL documentation, "Message
 * Flow", Start-up). A server that asks for a password has recovered and takes connections.
 */
final class PostgresGreeting {
    private static final int PROTOCOL_3_0 = 196_608;
    private static final int ANSWER_WITHIN_MILLIS = 2_000;
    private static final int MESSAGE_MAX = 8_192;

    private PostgresGreeting() {}

    /** Empty when the server is ready for a password; else what it said instead. */
    static Optional<String> exchange(int port, String user, String database) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    ANSWER_WITHIN_MILLIS);
            byte[] parameters =
                    ("user\0" + user + "\0database\0" + database + "\0\0")
                            .getBytes(StandardCharsets.UTF_8);
            var out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(8 + parameters.length);
            out.writeInt(PROTOCOL_3_0);
            out.write(parameters);
            out.flush();
            var in = new DataInputStream(socket.getInputStream());
            char type = (char) in.readUnsignedByte();
            return type == 'R' ? Optional.empty() : Optional.of(refusal(type, in));
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    private static String refusal(char type, DataInputStream in) throws IOException {
        if (type != 'E') {
            return "not PostgreSQL";
        }
        int length = in.readInt() - 4;
        if (length < 0 || length > MESSAGE_MAX) {
            return "not PostgreSQL";
        }
        for (String field : new String(in.readNBytes(length), StandardCharsets.UTF_8).split("\0")) {
            if (field.startsWith("M")) {
                return field.substring(1);
            }
        }
        return "an error without a message";
    }
}

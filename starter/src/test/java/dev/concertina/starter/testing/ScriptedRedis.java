package dev.concertina.starter.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that answers scripts with what a test wrote down, word by word, and says that it is a
 * cluster whose slots all belong to one server. For answers a real one gives only by chance.
 */
public final class ScriptedRedis implements AutoCloseable {
    private final ServerSocket listener;
    private final List<String> answers = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile int owner;

    public ScriptedRedis() throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.owner = listener.getLocalPort();
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Whose port it names as that of the server with all slots. */
    public void names(int port) {
        owner = port;
    }

    /**
     * What the next scripts are answered, such as {@code -MOVED 1 127.0.0.1:7001}; then one part.
     */
    public void answer(String... lines) {
        answers.addAll(List.of(lines));
    }

    /** The names of the commands since the beginning, without greetings and questions for slots. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    public int connections() {
        return sockets.size();
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed: the server's end.
        }
    }

    private void serve(Socket client) {
        try (client) {
            var in = new BufferedInputStream(client.getInputStream());
            while (true) {
                reply(command(in), client.getOutputStream());
            }
        } catch (IOException e) {
            // The client hung up.
        }
    }

    private synchronized void reply(List<String> command, OutputStream out) throws IOException {
        var name = command.getFirst().toUpperCase(Locale.ROOT);
        var reply =
                switch (name) {
                    case "HELLO" -> "-ERR unknown command 'HELLO'";
                    case "PING" -> "+PONG";
                    case "CLUSTER" ->
                            "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:"
                                    + owner
                                    + "\r\n$2\r\nid";
                    case "EVALSHA", "EVAL", "ASKING" -> {
                        asked.add(name);
                        boolean scripted = !answers.isEmpty() && !name.equals("ASKING");
                        yield scripted
                                ? answers.removeFirst()
                                : name.equals("ASKING") ? "+OK" : returned(1);
                    }
                    default -> "+OK";
                };
        out.write((reply + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** The reply of a script that returns a list of this small number. */
    public static String returned(int number) {
        return "$2\r\n\u0091" + (char) number;
    }

    private static List<String> command(InputStream in) throws IOException {
        int parts = Integer.parseInt(line(in).substring(1));
        var command = new ArrayList<String>(parts);
        for (int i = 0; i < parts; i++) {
            int length = Integer.parseInt(line(in).substring(1));
            var part = in.readNBytes(length + 2);
            command.add(new String(part, 0, length, StandardCharsets.UTF_8));
        }
        return command;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("end of stream");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}

package dev.concertina.fleet.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * The one thread that writes the fleet's state: it takes what is posted in order, one at a time. A
 * task that throws has broken a promise, such as a journal that cannot be written: nothing after it
 * is done.
 */
public final class Mailbox implements Executor {
    private final LinkedBlockingQueue<Runnable> posted = new LinkedBlockingQueue<>();
    private final Thread writer;

    private Mailbox(Consumer<Throwable> onBroken) {
        this.writer = Thread.ofPlatform().daemon().name("fleet").unstarted(() -> run(onBroken));
    }

    public static Mailbox open(Consumer<Throwable> onBroken) {
        var mailbox = new Mailbox(onBroken);
        mailbox.writer.start();
        return mailbox;
    }

    @Override
    public void execute(Runnable task) {
        posted.add(task);
    }

    private void run(Consumer<Throwable> onBroken) {
        try {
            while (true) {
                posted.take().run();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            onBroken.accept(e);
        }
    }

    /** Nothing posted is done any more. */
    public void close() {
        writer.interrupt();
    }
}

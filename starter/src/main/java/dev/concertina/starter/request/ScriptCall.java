package dev.concertina.starter.request;

import java.util.List;

/**
 * One script to run.
 *
 * @param keys all that it touches; where Redis is a cluster they share a slot
 * @param arguments in the order the script reads them; {@link Script#server()} among them stands
 *     for a name that is known only when the call is sent
 */
public record ScriptCall(Script script, List<byte[]> keys, List<byte[]> arguments) {
    /** The arguments as they are sent to a server process of this name. */
    @SuppressWarnings("ReferenceEquality") // only this very array stands for the name
    List<byte[]> arguments(byte[] server) {
        for (var argument : arguments) {
            if (argument == Script.server()) {
                return arguments.stream().map(a -> a == Script.server() ? server : a).toList();
            }
        }
        return arguments;
    }
}

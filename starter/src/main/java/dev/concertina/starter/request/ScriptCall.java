package dev.concertina.starter.request;

import java.util.List;

/**
 * A script and what it is given.
 *
 * @param keys every key it touches
 */
public record ScriptCall(Script script, List<byte[]> keys, List<byte[]> arguments) {
    byte[][] keyArray() {
        return keys.toArray(byte[][]::new);
    }

    byte[][] argumentArray() {
        return arguments.toArray(byte[][]::new);
    }
}

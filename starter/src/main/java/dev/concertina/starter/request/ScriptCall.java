package dev.concertina.starter.request;

import java.util.List;

/**
 * One script to run.
 *
 * @param keys all that it touches; where Redis is a cluster they share a slot
 * @param arguments in the order the script reads them
 */
public record ScriptCall(Script script, List<byte[]> keys, List<byte[]> arguments) {}

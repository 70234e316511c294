package dev.concertina.starter.file;

import java.time.Instant;

/**
 * A file that is kept.
 *
 * @param id 32 hexadecimal digits, made by chance; nobody guesses it, and it is no permission
 * @param name without folders
 * @param type a media type without parameters
 * @param size in bytes
 * @param sha256 of the content, 64 hexadecimal digits
 */
public record StoredFile(
        String id, String name, String type, long size, String sha256, Instant storedAt) {}

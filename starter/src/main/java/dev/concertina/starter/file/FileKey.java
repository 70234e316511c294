package dev.concertina.starter.file;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a file is kept.
 *
 * @param tenant whose it is, or {@value #NOBODY}
 */
record FileKey(String tenant, String id) {
    /** No tenant has this name. */
    static final String NOBODY = "_";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern TENANT = Pattern.compile("_|[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");
    private static final SecureRandom CHANCE = new SecureRandom();

    static FileKey next(String tenant) {
        var id = new byte[16];
        CHANCE.nextBytes(id);
        return new FileKey(tenant, HexFormat.of().formatHex(id));
    }

    /** Empty when no file can have such an id, so that nothing else gets into a path or a key. */
    static Optional<FileKey> of(String tenant, String id) {
        return ID.matcher(id).matches() && TENANT.matcher(tenant).matches()
                ? Optional.of(new FileKey(tenant, id))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return tenant + "/" + id;
    }
}

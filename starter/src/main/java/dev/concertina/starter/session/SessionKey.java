package dev.concertina.starter.session;

/** Where a session is kept: shard tag in braces, and the hash of the id. */
record SessionKey(String value) {
    @Override
    public String toString() {
        return value;
    }
}

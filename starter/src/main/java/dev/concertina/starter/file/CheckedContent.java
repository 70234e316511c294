package dev.concertina.starter.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A whole file's content; at its end it is what was stored, or the last read fails. */
final class CheckedContent extends FilterInputStream {
    private final StoredFile file;
    private final Sha256 hash = new Sha256();
    private long left;
    private boolean checked;

    CheckedContent(InputStream in, StoredFile file) {
        super(in);
        this.file = file;
        this.left = file.size();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        int read = super.read(bytes, offset, count);
        if (read > 0) {
            hash.add(bytes, offset, read);
            left -= read;
        }
        // With the last byte, not after it: whoever knows the size stops reading there.
        if ((read < 0 || left <= 0) && !checked) {
            checked = true;
            if (left != 0 || !hash.hex().equals(file.sha256())) {
                throw new IOException(
                        "the content of file " + file.id() + " is not what was stored");
            }
        }
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = 0;
        var scrap = new byte[8192];
        while (skipped < count) {
            int read = read(scrap, 0, (int) Math.min(scrap.length, count - skipped));
            if (read < 0) {
                break;
            }
            skipped += read;
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

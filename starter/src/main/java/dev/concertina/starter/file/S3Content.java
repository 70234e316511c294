package dev.concertina.starter.file;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An object's content. Closed early, its connection ends instead of being read to the end. */
final class S3Content extends FilterInputStream {
    private final ResponseInputStream<GetObjectResponse> object;
    private long left;

    S3Content(ResponseInputStream<GetObjectResponse> object, long length) {
        super(object);
        this.object = object;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        int read = super.read(bytes, offset, count);
        if (read < 0 && left > 0) {
            throw new IOException("a file ends " + left + " bytes too early");
        }
        left -= Math.max(0, read);
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        left -= skipped;
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() throws IOException {
        if (left > 0) {
            object.abort();
        }
        super.close();
    }
}

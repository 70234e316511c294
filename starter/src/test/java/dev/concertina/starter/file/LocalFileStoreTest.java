package dev.concertina.starter.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileStoreTest extends FileStoreContract {
    @TempDir Path folder;

    @Override
    FileStore store() {
        return new LocalFileStore(folder);
    }

    @Override
    int piece() {
        return 100_000;
    }

    @Override
    long leftovers() throws Exception {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(path -> path.toString().endsWith(".half"))
                    .count();
        }
    }

    @Test
    void aFolderThatIsNoneIsSaid() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "x");
        var store = new LocalFileStore(file);
        assertThatThrownBy(store::check).hasMessageContaining("folder of files");
        assertThat(store.clean(Instant.now())).isZero();
    }
}

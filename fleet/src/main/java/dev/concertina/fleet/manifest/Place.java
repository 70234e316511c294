package dev.concertina.fleet.manifest;

/**
 * Where something was written.
 *
 * @param file as the user named it
 * @param line from 1; 0: nowhere in particular, such as a command line
 * @param column from 1
 */
public record Place(String file, int line, int column) {
    static Place nowhereIn(String file) {
        return new Place(file, 0, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}

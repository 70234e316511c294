package dev.concertina.gateway.content;

/** What a name turned out to be. */
sealed interface Found {
    /** A file; whoever has this releases it. */
    record File(OpenFile file) implements Found {}

    /** What was found before, unchanged. */
    record Same() implements Found {}

    /** A folder that was asked for without the slash at its end. */
    record Folder() implements Found {}

    /** Nothing that may be shown. */
    record Absent() implements Found {}
}

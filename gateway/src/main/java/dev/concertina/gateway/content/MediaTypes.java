package dev.concertina.gateway.content;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The media type of a file by the end of its name. */
final class MediaTypes {
    private static final String UNKNOWN = "application/octet-stream";
    private static final Map<String, String> BY_ENDING = byEnding();

    private MediaTypes() {}

    static String of(String name) {
        int dot = name.lastIndexOf('.');
        String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return dot < 0 ? UNKNOWN : BY_ENDING.getOrDefault(ending, UNKNOWN);
    }

    private static Map<String, String> byEnding() {
        String table =
                """
                html text/html; charset=utf-8
                htm text/html; charset=utf-8
                css text/css; charset=utf-8
                js text/javascript; charset=utf-8
                mjs text/javascript; charset=utf-8
                txt text/plain; charset=utf-8
                csv text/csv; charset=utf-8
                md text/markdown; charset=utf-8
                xml text/xml; charset=utf-8
                json application/json
                map application/json
                jsonld application/ld+json
                webmanifest application/manifest+json
                rss application/rss+xml
                atom application/atom+xml
                xhtml application/xhtml+xml
                svg image/svg+xml
                png image/png
                jpg image/jpeg
                jpeg image/jpeg
                gif image/gif
                webp image/webp
                avif image/avif
                ico image/x-icon
                bmp image/bmp
                tif image/tiff
                tiff image/tiff
                woff font/woff
                woff2 font/woff2
                ttf font/ttf
                otf font/otf
                mp3 audio/mpeg
                m4a audio/mp4
                ogg audio/ogg
                oga audio/ogg
                opus audio/ogg
                wav audio/wav
                flac audio/flac
                mp4 video/mp4
                m4v video/mp4
                webm video/webm
                ogv video/ogg
                mov video/quicktime
                vtt text/vtt; charset=utf-8
                pdf application/pdf
                wasm application/wasm
                zip application/zip
                gz application/gzip
                br application/octet-stream
                zst application/zstd
                tar application/x-tar
                7z application/x-7z-compressed
                jar application/java-archive
                doc application/msword
                docx application/vnd.openxmlformats-officedocument.wordprocessingml.document
                xls application/vnd.ms-excel
                xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
                ppt application/vnd.ms-powerpoint
                pptx application/vnd.openxmlformats-officedocument.presentationml.presentation
                """;
        Map<String, String> types = new HashMap<>();
        table.lines()
                .forEach(line -> {
                    int space = line.indexOf(' ');
                    types.put(line.substring(0, space), line.substring(space + 1));
                });
        return Map.copyOf(types);
    }
}

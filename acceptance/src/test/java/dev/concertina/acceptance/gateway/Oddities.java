package dev.concertina.acceptance.gateway;

import java.util.List;

/** Parts of requests that servers are known to read in different ways, some of them valid. */
final class Oddities {
    static final List<String> LENGTHS =
            List.of(
                    "+5",
                    "-5",
                    "0x5",
                    "5,5",
                    "5, 6",
                    "5 5",
                    "",
                    "5;",
                    "5\t",
                    "005",
                    "\"5\"",
                    "5.0",
                    "1e1",
                    "\u00b2",
                    "5\u000b",
                    "5\0",
                    "99999999999999999999",
                    "18446744073709551621",
                    "0",
                    "4",
                    "6",
                    "60");
    static final List<String> CODINGS =
            List.of(
                    "chunked",
                    "Chunked",
                    "CHUNKED",
                    "identity",
                    "gzip, chunked",
                    "chunked, identity",
                    "chunked, chunked",
                    "chunked, gzip",
                    "xchunked",
                    "chunked;q=1",
                    "chunked,",
                    ",chunked",
                    "\"chunked\"",
                    "chunked\u000b",
                    "chunked\0",
                    "chunked\u00a0",
                    "chunke",
                    "",
                    "\tchunked",
                    "chunked \t",
                    "chunk ed",
                    "cow");
    static final List<String> NAMES = List.of("Content-Length", "Transfer-Encoding", "Host");
    static final List<String> NAME_ENDS =
            List.of(" ", "\t", "\u000b", "\0", "\r", "\u00a0", "\\", ",", "(", "[", "\u007f");
    static final List<String> VERSIONS =
            List.of(
                    "HTTP/1.0",
                    "HTTP/1.2",
                    "HTTP/2.0",
                    "HTTP/0.9",
                    "HTTP/01.1",
                    "HTTP/1.10",
                    "http/1.1",
                    "HTTP/1.1 ",
                    "HTTP /1.1",
                    "HTTP/1,1",
                    "HTTP/1.",
                    "HTP/1.1",
                    "HTTP/1.1\t",
                    "");
    static final List<String> TARGETS =
            List.of(
                    "",
                    "*",
                    "a",
                    "http://",
                    "http:///a",
                    "http://b@c/",
                    "http://a b/",
                    "https://other/",
                    "ftp://a/",
                    "//a/b",
                    "/a b",
                    "/\u00e4",
                    "/a#b",
                    "/\0",
                    "/\t",
                    "a:80",
                    "/%",
                    "/%00",
                    "HTTP://Other:8080",
                    "http://other?x",
                    "/a\\b",
                    "/{a}",
                    "/a|b",
                    "/a;b",
                    "/a\u007f");
    static final List<String> HOSTS =
            List.of(
                    "", "a, b", "a b", "a/b", "a@b", "a:80:90", "[::1]", "a\tb", "a?b", "a#b",
                    "\u00e4");
    static final List<String> CONNECTIONS =
            List.of(
                    "close",
                    "keep-alive",
                    "content-length",
                    "transfer-encoding",
                    "host",
                    "x, content-length",
                    "upgrade",
                    "close, keep-alive",
                    ",,close",
                    "a b",
                    "x-request-id, \"x\"",
                    "te");
    static final List<String> CHUNK_LINES =
            List.of(
                    "5 ",
                    " 5",
                    "\t5",
                    "0x5",
                    "+5",
                    "-5",
                    "5;a",
                    "5;a=b;c=\"d\"",
                    "5;a\n",
                    "5\n",
                    "5;\0",
                    "05",
                    "000000000000000005",
                    "FFFFFFFFFFFFFFFF",
                    "10000000000000005",
                    "8000000000000000",
                    "5,5",
                    "g",
                    "",
                    "5\r",
                    "5;\r",
                    "4",
                    "6",
                    "5 ;a",
                    "5;" + "a".repeat(300));
    static final List<String> TRAILERS =
            List.of(
                    "A: b",
                    "Content-Length: 5",
                    "Transfer-Encoding: chunked",
                    "Host: c",
                    " folded",
                    "A:b\n",
                    "A : b",
                    ": b",
                    "A",
                    "A: \0",
                    "Connection: close",
                    "A: b\rB: c");
    static final String SPECIAL = "\0\t\n\u000b\r !\",/:;=09Aa\\\u007f\u0080\u0085\u00a0\u00ff";

    private Oddities() {}
}

package dev.concertina.gateway.content;

import org.jspecify.annotations.Nullable;

/**
 * What of a file is answered, by the request's conditions and range (RFC 9110 sections 13.2.2 and
 * 14.2). Pure.
 *
 * <p>One range is answered with 206. A request for several gets the whole file, which section 14.2
 * allows: a response in several parts is what nobody but attackers asks of a server for.
 *
 * @param status 200, 206, 304, 412 or 416
 * @param first octet of the file
 * @param length how many octets; 0 where the status has no body
 */
record Selection(int status, long first, long length) {

    static Selection of(FileRequest request, FileFacts file) {
        int conditions = conditions(request, file);
        if (conditions != 200) {
            return new Selection(conditions, 0, 0);
        }
        String range = request.range();
        if (range == null || request.head() || !mayTakePart(request.ifRange(), file)) {
            return whole(file);
        }
        return part(range, file);
    }

    private static Selection whole(FileFacts file) {
        return new Selection(200, 0, file.size());
    }

    private static int conditions(FileRequest request, FileFacts file) {
        String ifMatch = request.ifMatch();
        if (ifMatch != null) {
            if (!EntityTags.listed(ifMatch, file.etag(), true)) {
                return 412;
            }
        } else if (isSince(request.ifUnmodifiedSince(), file, false)) {
            return 412;
        }
        String ifNoneMatch = request.ifNoneMatch();
        if (ifNoneMatch != null) {
            return EntityTags.listed(ifNoneMatch, file.etag(), false) ? 304 : 200;
        }
        return isSince(request.ifModifiedSince(), file, true) ? 304 : 200;
    }

    /** Whether the date says unmodified, or modified; no date says neither. */
    private static boolean isSince(@Nullable String date, FileFacts file, boolean unmodified) {
        return date != null
                && HttpDate.parse(date)
                        .map(since -> file.modified().isAfter(since) != unmodified)
                        .orElse(false);
    }

    /** RFC 9110 section 13.1.5; a date is exact or nothing. */
    private static boolean mayTakePart(@Nullable String ifRange, FileFacts file) {
        if (ifRange == null) {
            return true;
        }
        String value = ifRange.strip();
        return value.startsWith("\"")
                ? value.equals(file.etag())
                : HttpDate.parse(value).map(file.modified()::equals).orElse(false);
    }

    private static Selection part(String range, FileFacts file) {
        String text = range.strip();
        if (!text.regionMatches(true, 0, "bytes=", 0, 6) || text.indexOf(',') >= 0) {
            return whole(file);
        }
        String spec = text.substring(6).strip();
        int dash = spec.indexOf('-');
        long from = dash < 0 ? -1 : number(spec.substring(0, dash));
        long to = dash < 0 ? -1 : number(spec.substring(dash + 1));
        boolean suffix = dash == 0;
        boolean open = dash == spec.length() - 1;
        if (dash < 0 || (suffix ? to < 0 : from < 0 || (!open && to < from))) {
            return whole(file);
        }
        long first = suffix ? Math.max(0, file.size() - to) : from;
        long last = suffix || open ? file.size() - 1 : Math.min(to, file.size() - 1);
        return first > last
                ? new Selection(416, 0, 0)
                : new Selection(206, first, last - first + 1);
    }

    /** Negative if it is none; as large as can be if it is larger. */
    private static long number(String digits) {
        if (digits.isEmpty()) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number > Long.MAX_VALUE / 10 - 1 ? Long.MAX_VALUE / 10 : number * 10 + digit;
        }
        return number;
    }
}

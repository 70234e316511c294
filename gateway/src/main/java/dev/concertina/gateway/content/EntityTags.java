package dev.concertina.gateway.content;

/** Lists of entity tags, as If-Match and If-None-Match have them (RFC 9110 section 8.8.3). */
final class EntityTags {
    private EntityTags() {}

    /**
     * Whether the list is {@code *} or holds the tag.
     *
     * @param tag strong
     * @param strong whether one that is weak does not count (section 8.8.3.2)
     */
    static boolean listed(String list, String tag, boolean strong) {
        if (list.strip().equals("*")) {
            return true;
        }
        int at = 0;
        while (at < list.length()) {
            // A tag may hold commas.
            int open = list.indexOf('"', at);
            int close = open < 0 ? -1 : list.indexOf('"', open + 1);
            if (close < 0) {
                return false;
            }
            boolean weak = open >= 2 && list.startsWith("W/", open - 2);
            if (!(weak && strong) && list.regionMatches(open, tag, 0, close + 1 - open)) {
                return true;
            }
            at = close + 1;
        }
        return false;
    }
}

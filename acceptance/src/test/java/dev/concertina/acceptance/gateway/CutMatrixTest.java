package dev.concertina.acceptance.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.acceptance.gateway.Conversation.Leg;
import dev.concertina.acceptance.gateway.CuttingOrigin.Cut;
import dev.concertina.acceptance.gateway.CuttingOrigin.End;
import dev.concertina.gateway.Client;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * An instance ends its connection at every octet of every conversation, while a second one could
 * take over. What follows is a table; the document holds the same one.
 */
class CutMatrixTest {
    private static final int PATH_NUMBER = 100_000;
    private static final int SAMPLES = 3;

    /** No gateway is given more cuts in a row than it may retry without a request between. */
    private static final int RETRIES_RESERVED = 450;

    private final Map<Place, Map<Conversation, SortedSet<String>>> matrix =
            new EnumMap<>(Place.class);
    private int cells;

    /** Where it was cut: the rows. */
    enum Place {
        BEFORE_REQUEST("before the request's first octet"),
        REQUEST_HEAD("in the request's head"),
        REQUEST_BODY("in the request's body, or before it"),
        UNANSWERED("behind the request, before an answer"),
        INTERIM("in the interim response"),
        BEHIND_INTERIM("behind the interim response"),
        RESPONSE_HEAD("in the response's head"),
        RESPONSE_BODY("in the response's body, or before it"),
        BEHIND("behind the response");

        final String title;

        Place(String title) {
            this.title = title;
        }

        static Place of(Conversation conversation, int leg, int octet) {
            Leg cut = conversation.legs.get(leg);
            return switch (cut.part()) {
                case REQUEST_HEAD -> octet == 0 ? BEFORE_REQUEST : REQUEST_HEAD;
                case REQUEST_BODY -> behindInterim(conversation, leg, octet, REQUEST_BODY);
                case INTERIM ->
                        octet > 0
                                ? octet < cut.text().length() ? INTERIM : BEHIND_INTERIM
                                : conversation.effect ? REQUEST_BODY : UNANSWERED;
                case RESPONSE ->
                        octet == cut.text().length()
                                ? BEHIND
                                : octet >= cut.headLength()
                                        ? RESPONSE_BODY
                                        : octet > 0
                                                ? RESPONSE_HEAD
                                                : behindInterim(conversation, leg, 0, UNANSWERED);
            };
        }

        private static Place behindInterim(
                Conversation conversation, int leg, int octet, Place otherwise) {
            boolean interim = conversation.legs.get(leg - 1).part() == Leg.Part.INTERIM;
            return interim && octet == 0 ? BEHIND_INTERIM : otherwise;
        }
    }

    /** How a client has a conversation, and what it sees. */
    private interface Talk {
        String held(Conversation conversation, Client client, String path) throws IOException;
    }

    @Test
    void everyCutEndsAsTheTableSays() throws Exception {
        run("cut matrix", EnumSet.allOf(Conversation.class), Conversation::held);
    }

    @Test
    void everyCutEndsAsTheTableSaysOverHttp2() throws Exception {
        run("cut matrix over HTTP/2", Http2Conversation.ALL, Http2Conversation::held);
    }

    private void run(String name, Set<Conversation> conversations, Talk talk) throws IOException {
        SplittableRandom random = new SplittableRandom(Scale.seed(name));
        try (var cutting = new CuttingOrigin();
                var whole = new CuttingOrigin()) {
            for (Conversation conversation : conversations) {
                int[] lengths;
                try (var gateway = GatewayProcess.start()) {
                    lengths = measured(gateway, whole, conversation, talk);
                }
                List<Cut> cuts = cuts(conversation, lengths, random);
                for (int from = 0; from < cuts.size(); from += RETRIES_RESERVED) {
                    int to = Math.min(cuts.size(), from + RETRIES_RESERVED);
                    cells(conversation, talk, cuts.subList(from, to), cutting, whole);
                }
            }
        }
        Scale.say(name + ": " + cells + " cuts");
        DocumentedTable.check(name, table(conversations));
    }

    private void cells(
            Conversation conversation,
            Talk talk,
            List<Cut> cuts,
            CuttingOrigin cutting,
            CuttingOrigin whole)
            throws IOException {
        try (var gateway = GatewayProcess.start()) {
            for (Cut cut : cuts) {
                cell(gateway, cutting, whole, conversation, talk, cut);
            }
        }
    }

    /** The lengths of the legs as they come through the gateway. */
    private static int[] measured(
            GatewayProcess gateway, CuttingOrigin whole, Conversation conversation, Talk talk)
            throws IOException {
        whole.follow(conversation, null);
        gateway.route(GatewayProcess.target("whole", whole.port()));
        try (Client client = new Client(gateway.port())) {
            assertThat(talk.held(conversation, client, "/" + PATH_NUMBER))
                    .as("%s uncut", conversation.title)
                    .matches("\\d+");
        }
        GatewayProcess.until(
                "the conversation was measured",
                () -> whole.lengths().length == conversation.legs.size());
        return whole.lengths();
    }

    /** Every octet in a soak; otherwise the first and last of each place and some between. */
    private static List<Cut> cuts(
            Conversation conversation, int[] lengths, SplittableRandom random) {
        List<Cut> cuts = new ArrayList<>();
        for (int leg = 0; leg < lengths.length; leg++) {
            Map<Place, List<Integer>> octets = new EnumMap<>(Place.class);
            int last = conversation.legs.get(leg).read() ? lengths[leg] - 1 : lengths[leg];
            for (int octet = 0; octet <= last; octet++) {
                octets.computeIfAbsent(Place.of(conversation, leg, octet), _ -> new ArrayList<>())
                        .add(octet);
            }
            for (List<Integer> place : octets.values()) {
                for (int octet : Scale.soak() ? place : sample(place, random)) {
                    cuts.add(new Cut(leg, octet, End.FIN));
                    cuts.add(new Cut(leg, octet, End.RST));
                }
            }
        }
        return cuts;
    }

    private static Set<Integer> sample(List<Integer> all, SplittableRandom random) {
        TreeSet<Integer> some = new TreeSet<>(List.of(all.getFirst(), all.getLast()));
        for (int i = 0; i < SAMPLES; i++) {
            some.add(all.get(random.nextInt(all.size())));
        }
        return some;
    }

    private void cell(
            GatewayProcess gateway,
            CuttingOrigin cutting,
            CuttingOrigin whole,
            Conversation conversation,
            Talk talk,
            Cut cut)
            throws IOException {
        cells++;
        cutting.follow(conversation, cut);
        whole.follow(conversation, null);
        // A new name each time: the gateway remembers who closed on it.
        gateway.route(
                GatewayProcess.target("cut-" + cells, cutting.port()),
                GatewayProcess.backup("whole-" + cells, whole.port()));
        String seen;
        try (Client client = new Client(gateway.port())) {
            seen = talk.held(conversation, client, "/" + (PATH_NUMBER + cells));
        }
        String where = conversation.title + " " + cut;
        assertThat(cutting.connections()).as("first tries, %s", where).isEqualTo(1);
        int executed = cutting.executed() + whole.executed();
        if (conversation.effect) {
            assertThat(executed).as("executed, %s", where).isLessThanOrEqualTo(1);
        }
        Place place = Place.of(conversation, cut.leg(), cut.octet());
        boolean ended = conversation == Conversation.GET_TO_THE_END && cut.end() == End.FIN;
        if (place == Place.RESPONSE_BODY && !ended && whole.connections() == 0) {
            assertThat(seen).as("client, %s", where).endsWith(", cut");
        }
        matrix.computeIfAbsent(place, _ -> new EnumMap<>(Conversation.class))
                .computeIfAbsent(conversation, _ -> new TreeSet<>())
                .add(outcome(seen, whole.connections() > 0, executed, place, cut.end()));
    }

    private static String outcome(String seen, boolean again, int executed, Place place, End end) {
        String text = seen + (again ? ", again" : "") + ", " + executed + "×";
        boolean tells = place == Place.RESPONSE_BODY || place == Place.BEHIND;
        return tells ? text + " (" + end + ")" : text;
    }

    private String table(Set<Conversation> conversations) {
        StringBuilder table = new StringBuilder("| cut |");
        for (Conversation conversation : conversations) {
            table.append(' ').append(conversation.title).append(" |");
        }
        table.append("\n|---|").append("---|".repeat(conversations.size())).append('\n');
        matrix.forEach((place, row) -> {
            table.append("| ").append(place.title).append(" |");
            for (Conversation conversation : conversations) {
                table.append(' ').append(cellText(row.get(conversation))).append(" |");
            }
            table.append('\n');
        });
        return table.toString();
    }

    private static String cellText(@Nullable Set<String> outcomes) {
        if (outcomes == null) {
            return "";
        }
        // What FIN and RST have in common is said once.
        TreeSet<String> said = new TreeSet<>();
        for (String outcome : outcomes) {
            String bare = outcome.replaceAll(" \\((FIN|RST)\\)", "");
            boolean both = outcomes.containsAll(List.of(bare + " (FIN)", bare + " (RST)"));
            said.add(both ? bare : outcome);
        }
        return String.join("; ", said);
    }
}

package dev.concertina.fleet.runtime;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.concertina.fleet.control.rollout.Rollout;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.wire.Json;
import tools.jackson.databind.json.JsonMapper;

/** Journal entries as JSON. Control's records are told apart by name, without knowing it. */
final class JournalJson {
    private static final JsonMapper MAPPER =
            Json.mapper()
                    .rebuild()
                    .addMixIn(Slot.class, ByName.class)
                    .addMixIn(Rollout.class, ByName.class)
                    .registerSubtypes(Slot.class.getPermittedSubclasses())
                    .registerSubtypes(Rollout.class.getPermittedSubclasses())
                    .build();

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
    private interface ByName {}

    private JournalJson() {}

    static String write(Journal.Entry entry) {
        return MAPPER.writeValueAsString(entry);
    }

    static Journal.Entry read(String json) {
        return MAPPER.readValue(json, Journal.Entry.class);
    }
}

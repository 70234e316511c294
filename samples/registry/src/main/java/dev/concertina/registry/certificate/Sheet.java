package dev.concertina.registry.certificate;

import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * Drafts collected to be issued together. It lives in the HTTP session and nowhere else: if the
 * session is lost, so is the sheet.
 */
record Sheet(List<Draft> drafts) implements Serializable {
    private static final String ATTRIBUTE = "sheet";

    Sheet {
        drafts = List.copyOf(drafts);
    }

    static Sheet empty() {
        return new Sheet(List.of());
    }

    static Sheet in(HttpSession session) {
        return session.getAttribute(ATTRIBUTE) instanceof Sheet sheet ? sheet : empty();
    }

    Sheet with(Draft draft) {
        return new Sheet(Stream.concat(drafts.stream(), Stream.of(draft)).toList());
    }

    void keep(HttpSession session) {
        session.setAttribute(ATTRIBUTE, this);
    }
}

package dev.concertina.starter.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;

/** Where limits are written down: settings, annotations. */
interface LimitSource {
    /** The limits that hold for a request, before its handler is known. */
    List<Limit> of(HttpServletRequest request);

    /** All there are, so that two of one name can be told. Called when the application is built. */
    List<Limit> all();
}

package dev.concertina.registry.web;

import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** What the frame around every page shows: who is signed in, and which instance drew it. */
@ControllerAdvice(annotations = Controller.class)
class Frame {
    private final String instance;

    Frame(@Value("${INSTANCE_ID:a single instance}") String instance) {
        this.instance = instance;
    }

    @ModelAttribute("instance")
    String instance() {
        return instance;
    }

    @ModelAttribute("signedIn")
    boolean signedIn(@Nullable Principal principal) {
        return principal != null;
    }
}

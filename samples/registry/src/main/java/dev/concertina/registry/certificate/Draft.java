package dev.concertina.registry.certificate;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.io.Serializable;

/** A certificate before it is issued. */
record Draft(
        @NotBlank(message = "Enter what was earned, such as First Aid 2026.")
                @Size(max = 120, message = "Use at most 120 characters.")
                String title,
        @NotBlank(message = "Enter who earned it.")
                @Size(max = 120, message = "Use at most 120 characters.")
                String holder)
        implements Serializable {

    static Draft empty() {
        return new Draft("", "");
    }
}

package dev.concertina.registry.account;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/** What somebody types to get an account. */
record RegistrationForm(
        @NotBlank(message = "Enter the name your certificates should carry.")
                @Size(max = 80, message = "Use at most 80 characters.")
                String name,
        @NotBlank(message = "Enter your e-mail address; you sign in with it.")
                @Email(message = "This is not an e-mail address; one looks like ada@example.org.")
                @Size(max = 200, message = "Use at most 200 characters.")
                String email,
        // BCrypt reads 72 bytes and no more.
        @NotBlank(message = "Choose a password.")
                @Size(min = 8, max = 72, message = "Use 8 to 72 characters.")
                String password) {

    static RegistrationForm empty() {
        return new RegistrationForm("", "", "");
    }
}

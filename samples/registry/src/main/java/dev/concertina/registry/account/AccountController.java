package dev.concertina.registry.account;

import jakarta.validation.Valid;
import java.security.Principal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;

/** Registration, the login page and the account page. Spring Security answers POST /login. */
@Controller
class AccountController {
    private final Accounts accounts;

    AccountController(Accounts accounts) {
        this.accounts = accounts;
    }

    @GetMapping("/register")
    String registration(Model model) {
        model.addAttribute("form", RegistrationForm.empty());
        return "register";
    }

    @PostMapping("/register")
    String register(@Valid @ModelAttribute("form") RegistrationForm form, BindingResult result) {
        if (result.hasErrors()) {
            return "register";
        }
        try {
            accounts.register(form.email(), form.name(), form.password());
        } catch (EmailTakenException taken) {
            result.rejectValue("email", "taken", taken.getMessage() + ". Sign in instead.");
            return "register";
        }
        return "redirect:/login?registered";
    }

    @GetMapping("/login")
    String login() {
        return "login";
    }

    @GetMapping("/account")
    String account(Principal principal, Model model) {
        model.addAttribute("account", accounts.of(principal));
        return "account";
    }
}

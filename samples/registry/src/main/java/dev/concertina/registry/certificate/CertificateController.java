package dev.concertina.registry.certificate;

import dev.concertina.registry.account.Accounts;
import jakarta.servlet.http.HttpSession;
import jakarta.validation.Valid;
import java.security.Principal;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.server.ResponseStatusException;

/** The issuer's pages: own certificates, the sheet, issuing. */
@Controller
@RequestMapping("/certificates")
class CertificateController {
    private static final int SHOWN_MAX = 50;

    private final Accounts accounts;
    private final Certificates certificates;

    CertificateController(Accounts accounts, Certificates certificates) {
        this.accounts = accounts;
        this.certificates = certificates;
    }

    @GetMapping
    String list(Principal principal, HttpSession session, Model model) {
        model.addAttribute("draft", Draft.empty());
        return page(principal, session, model);
    }

    @PostMapping
    String issue(
            Principal principal,
            @Valid @ModelAttribute Draft draft,
            BindingResult result,
            HttpSession session,
            Model model) {
        if (result.hasErrors()) {
            return page(principal, session, model);
        }
        var code = certificates.issue(accounts.of(principal), List.of(draft)).getFirst();
        return "redirect:/verify/" + code;
    }

    @PostMapping("/sheet")
    String collect(
            Principal principal,
            @Valid @ModelAttribute Draft draft,
            BindingResult result,
            HttpSession session,
            Model model) {
        if (result.hasErrors()) {
            return page(principal, session, model);
        }
        Sheet.in(session).with(draft).keep(session);
        return "redirect:/certificates";
    }

    @PostMapping("/sheet/issue")
    String issueSheet(Principal principal, HttpSession session) {
        certificates.issue(accounts.of(principal), Sheet.in(session).drafts());
        Sheet.empty().keep(session);
        return "redirect:/certificates";
    }

    @PostMapping("/{code}/revoke")
    String revoke(Principal principal, @PathVariable String code) {
        var known =
                Code.parse(code)
                        .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        certificates.revoke(accounts.of(principal), known);
        return "redirect:/verify/" + known;
    }

    private String page(Principal principal, HttpSession session, Model model) {
        model.addAttribute("sheet", Sheet.in(session));
        model.addAttribute(
                "certificates", certificates.issuedBy(accounts.of(principal), SHOWN_MAX));
        return "certificates";
    }
}

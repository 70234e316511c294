package dev.concertina.registry.certificate;

import dev.concertina.registry.preference.Visits;
import dev.concertina.registry.tenant.Whose;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** Verification for people: no login, no session. */
@Controller
class VerificationController {
    private final Certificates certificates;
    private final Visits visits;

    VerificationController(Certificates certificates, Visits visits) {
        this.certificates = certificates;
        this.visits = visits;
    }

    @GetMapping("/verify")
    ModelAndView typed(@RequestParam String code) {
        return Code.parse(code)
                .map(known -> new ModelAndView("redirect:/verify/" + known))
                .orElseGet(() -> unknown(code));
    }

    @GetMapping("/verify/{code}")
    ModelAndView verify(@PathVariable String code, HttpServletRequest request) {
        visits.count(request);
        return Code.parse(code)
                .flatMap(known -> certificates.find(Whose.registry(), known))
                .map(certificate -> new ModelAndView("verify", "certificate", certificate))
                .orElseGet(() -> unknown(code));
    }

    private static ModelAndView unknown(String code) {
        var page = new ModelAndView("unknown", HttpStatus.NOT_FOUND);
        page.addObject("code", code);
        return page;
    }
}

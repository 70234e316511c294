package dev.concertina.registry.certificate;

import dev.concertina.registry.account.Accounts;
import dev.concertina.registry.tenant.Whose;
import jakarta.validation.Valid;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Certificates for programs: JSON, and problem details (RFC 9457) when there is nothing. Anybody
 * may verify; the rest is for whoever signed in.
 */
@RestController
class CertificateApi {
    private static final int SHOWN_MAX = 100;

    private final Accounts accounts;
    private final Certificates certificates;

    CertificateApi(Accounts accounts, Certificates certificates) {
        this.accounts = accounts;
        this.certificates = certificates;
    }

    @GetMapping("/api/certificates")
    List<Certificate> own(Principal principal) {
        return certificates.issuedBy(accounts.of(principal), SHOWN_MAX);
    }

    @PostMapping("/api/certificates")
    ResponseEntity<Map<String, String>> issue(
            Principal principal, @Valid @RequestBody Draft draft) {
        var code = certificates.issue(accounts.of(principal), List.of(draft)).getFirst();
        return ResponseEntity.created(URI.create("/api/certificates/" + code))
                .body(Map.of("code", code.value()));
    }

    /** Also when it was revoked before, or is not there: then there is nothing left to do. */
    @DeleteMapping("/api/certificates/{code}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Principal principal, @PathVariable String code) {
        certificates.revoke(accounts.of(principal), parsed(code));
    }

    @GetMapping("/api/certificates/{code}")
    Certificate verify(@PathVariable String code) {
        var parsed = parsed(code);
        return certificates
                .find(Whose.registry(), parsed)
                .orElseThrow(() ->
                        problem(
                                HttpStatus.NOT_FOUND,
                                "No such certificate",
                                "No certificate has the code " + parsed + "."));
    }

    private static Code parsed(String code) {
        return Code.parse(code)
                .orElseThrow(() ->
                        problem(
                                HttpStatus.BAD_REQUEST,
                                "Not a code",
                                "A code has twelve letters and digits, such as K7QM-2XWP-9DRB."));
    }

    private static ErrorResponseException problem(HttpStatus status, String title, String detail) {
        var problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        return new ErrorResponseException(status, problem, null);
    }
}

package dev.concertina.registry.certificate;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Verification for programs: JSON, and problem details (RFC 9457) when there is nothing. */
@RestController
class CertificateApi {
    private final Certificates certificates;

    CertificateApi(Certificates certificates) {
        this.certificates = certificates;
    }

    @GetMapping("/api/certificates/{code}")
    Certificate verify(@PathVariable String code) {
        var parsed =
                Code.parse(code)
                        .orElseThrow(() ->
                                problem(
                                        HttpStatus.BAD_REQUEST,
                                        "Not a code",
                                        "A code has twelve letters and digits, such as"
                                                + " K7QM-2XWP-9DRB."));
        return certificates
                .find(parsed)
                .orElseThrow(() ->
                        problem(
                                HttpStatus.NOT_FOUND,
                                "No such certificate",
                                "No certificate has the code " + parsed + "."));
    }

    private static ErrorResponseException problem(HttpStatus status, String title, String detail) {
        var problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        return new ErrorResponseException(status, problem, null);
    }
}

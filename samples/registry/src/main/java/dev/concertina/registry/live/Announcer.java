package dev.concertina.registry.live;

import dev.concertina.registry.certificate.CertificateChanged;
import dev.concertina.registry.submission.SubmissionSettled;
import dev.concertina.starter.channel.Channels;
import dev.concertina.starter.request.Tenant;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/** Tells whoever watches, once what happened is committed. */
@Component
class Announcer {
    private final Channels channels;

    Announcer(Channels channels) {
        this.channels = channels;
    }

    private Channels of(Optional<String> tenant) {
        return tenant.map(id -> channels.of(new Tenant(id))).orElse(channels);
    }

    @TransactionalEventListener
    void on(CertificateChanged changed) {
        of(changed.tenant())
                .publish(
                        Room.REGISTRY,
                        changed.what(),
                        Map.of(
                                "code", changed.code(),
                                "title", changed.title(),
                                "holder", changed.holder(),
                                "issuer", changed.issuer()));
    }

    @TransactionalEventListener
    void on(SubmissionSettled settled) {
        of(settled.tenant())
                .publish(
                        Room.of(settled.account()),
                        "submission",
                        Map.of(
                                "receipt", settled.receipt(),
                                "title", settled.title(),
                                "state", settled.state()));
    }
}

package dev.concertina.registry.live;

import dev.concertina.registry.certificate.CertificateChanged;
import dev.concertina.registry.submission.SubmissionSettled;
import dev.concertina.starter.channel.Channels;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Tenant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/** Tells whoever watches, once what happened is committed. */
@Component
class Announcer {
    private static final Logger log = LoggerFactory.getLogger(Announcer.class);

    private final Channels channels;

    Announcer(Channels channels) {
        this.channels = channels;
    }

    @TransactionalEventListener
    void on(CertificateChanged changed) {
        tell(
                changed.tenant(),
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
        tell(
                settled.tenant(),
                Room.of(settled.account()),
                "submission",
                Map.of(
                        "receipt", settled.receipt(),
                        "title", settled.title(),
                        "state", settled.state()));
    }

    /** It is committed, so nothing is wrong when nobody can be told: pages show it when loaded. */
    private void tell(
            Optional<Tenant> tenant, String room, String event, Map<String, String> what) {
        try {
            channels.of(tenant).publish(room, event, what);
        } catch (Outage e) {
            log.warn("Whoever watches {} is not told of '{}': {}", room, event, e.getMessage());
        }
    }
}

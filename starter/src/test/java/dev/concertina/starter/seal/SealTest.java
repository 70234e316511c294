package dev.concertina.starter.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.codec.Encoded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final String OLD = key(1);
    private static final String NEW = key(2);
    private static final Encoded VALUE =
            new Encoded("text", 3, "a secret".getBytes(StandardCharsets.UTF_8));

    private final Seal seal = seal("owner", OLD);

    private static String key(int fill) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Seal seal(String owner, String... keys) {
        return new Seal(Optional.of(new KeyRing(List.of(keys))), "app:session", owner);
    }

    private static void assertValue(Encoded opened) {
        assertThat(opened.type()).isEqualTo("text");
        assertThat(opened.schema()).isEqualTo(3);
        assertThat(opened.bytes()).isEqualTo(VALUE.bytes());
    }

    @Test
    void whatIsSealedOpensWhereItWasSealed() {
        assertValue(seal("owner", OLD).open("name", seal.close("name", VALUE)));
    }

    @Test
    void theSameValueNeverLooksTheSame() {
        assertThat(seal.close("name", VALUE)).isNotEqualTo(seal.close("name", VALUE));
    }

    @Test
    void anyAlteredBitBreaksTheSeal() {
        var envelope = seal.close("name", VALUE);
        for (int bit = 0; bit < envelope.length * 8; bit++) {
            var altered = envelope.clone();
            altered[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> seal.open("name", altered))
                    .as("bit %d", bit)
                    .isInstanceOf(SealBroken.class)
                    .hasMessageContaining("'name'");
        }
    }

    @Test
    void anyMissingEndBreaksTheSeal() {
        var envelope = seal.close("name", VALUE);
        for (int length = 0; length < envelope.length; length++) {
            var cut = Arrays.copyOf(envelope, length);
            assertThatThrownBy(() -> seal.open("name", cut))
                    .as("length %d", length)
                    .isInstanceOf(SealBroken.class);
        }
    }

    @Test
    void anEnvelopeDoesNotOpenUnderAnotherName() {
        var envelope = seal.close("role", VALUE);
        assertThatThrownBy(() -> seal.open("nickname", envelope))
                .isInstanceOf(SealBroken.class)
                .hasMessageContaining("moved from another place");
    }

    @Test
    void anEnvelopeDoesNotOpenInAnotherSession() {
        var envelope = seal.close("name", VALUE);
        assertThatThrownBy(() -> seal("stranger", OLD).open("name", envelope))
                .isInstanceOf(SealBroken.class);
    }

    @Test
    void anEnvelopeDoesNotOpenInAnotherApplication() {
        var other = new Seal(Optional.of(new KeyRing(List.of(OLD))), "shop:session", "owner");
        var envelope = seal.close("name", VALUE);
        assertThatThrownBy(() -> other.open("name", envelope)).isInstanceOf(SealBroken.class);
    }

    @Test
    void aRotatedInstanceReadsTheOldKeyAndWritesTheNew() {
        var rotated = seal("owner", NEW, OLD);
        assertValue(rotated.open("name", seal.close("name", VALUE)));
        var written = rotated.close("name", VALUE);
        assertValue(seal("owner", NEW).open("name", written));
        assertThatThrownBy(() -> seal.open("name", written)).isInstanceOf(SealBroken.class);
    }

    @Test
    void anUnknownKeyNamesTheSetting() {
        var envelope = seal("owner", NEW).close("name", VALUE);
        assertThatThrownBy(() -> seal.open("name", envelope))
                .isInstanceOf(SealBroken.class)
                .hasMessageContaining("concertina.session.keys");
    }

    @Test
    void plainTextIsNotTakenForSealed() {
        var open = new Seal(Optional.empty(), "app:session", "owner");
        var plain = open.close("name", VALUE);
        var sealed = seal.close("name", VALUE);
        assertValue(open.open("name", plain));
        assertThatThrownBy(() -> seal.open("name", plain)).isInstanceOf(SealBroken.class);
        assertThatThrownBy(() -> open.open("name", sealed)).isInstanceOf(SealBroken.class);
    }

    @Test
    void everyInstanceMakesTheSameKeyOfAPassphrase() {
        var passphrase = "correct horse battery staple, twice";
        var envelope = seal("owner", passphrase).close("name", VALUE);
        assertValue(seal("owner", NEW, passphrase).open("name", envelope));
    }

    @Test
    void aShortKeyIsRefusedByItsPlaceAndNotRepeated() {
        assertThatThrownBy(() -> new KeyRing(List.of(OLD, "hunter2")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key 2")
                .hasMessageContaining("7 characters")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void whatAnOlderKeySealedIsNotCurrent() {
        var old = new KeyRing(List.of(OLD));
        var both = new KeyRing(List.of(NEW, OLD));
        var before = new Seal(Optional.of(old), "ns", "owner").close("a", VALUE);
        var seal = new Seal(Optional.of(both), "ns", "owner");
        assertThat(seal.isCurrent(before)).isFalse();
        assertThat(seal.isCurrent(seal.close("a", seal.open("a", before)))).isTrue();
        assertThat(seal.isCurrent(new byte[0])).isFalse();
    }

    @Test
    void aStampIsGoodForItsTextAndNoOther() {
        var signet = new Signet(new KeyRing(List.of(NEW, OLD)), "purpose");
        var stamp = signet.stamp("text");
        assertThat(signet.judge("text", stamp)).isEqualTo(Signet.Verdict.GENUINE);
        assertThat(signet.judge("other", stamp)).isEqualTo(Signet.Verdict.FORGED);
        assertThat(signet.judge("text", stamp + "x")).isEqualTo(Signet.Verdict.FORGED);
        for (var none : List.of("", ".", "x", "00000000.x", stamp.substring(1))) {
            assertThat(signet.judge("text", none)).isEqualTo(Signet.Verdict.UNKNOWN_KEY);
        }
        var purpose = new Signet(new KeyRing(List.of(NEW)), "another purpose");
        assertThat(purpose.judge("text", stamp)).isEqualTo(Signet.Verdict.FORGED);
    }

    @Test
    void anOlderKeysStampIsGoodAndNotCurrent() {
        var stamp = new Signet(new KeyRing(List.of(OLD)), "purpose").stamp("text");
        var signet = new Signet(new KeyRing(List.of(NEW, OLD)), "purpose");
        assertThat(signet.judge("text", stamp)).isEqualTo(Signet.Verdict.GENUINE);
        assertThat(signet.isCurrent(stamp)).isFalse();
        assertThat(signet.isCurrent(signet.stamp("text"))).isTrue();
        var without = new Signet(new KeyRing(List.of(NEW)), "purpose");
        assertThat(without.judge("text", stamp)).isEqualTo(Signet.Verdict.UNKNOWN_KEY);
    }
}

package dev.concertina.gateway.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.junit.jupiter.api.Test;

/** Keys as {@code openssl ecparam -genkey} and {@code openssl genrsa -traditional} write them. */
class PrivateKeysTest {
    private static final Path FILE = Path.of("server.key");

    private static final String EC =
            """
            -----BEGIN EC PARAMETERS-----
            BggqhkjOPQMBBw==
            -----END EC PARAMETERS-----
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIKwMVh26eiw2ngUO2y9xJ1AqDgnltnt1bx5TKtt/NcYIoAoGCCqGSM49
            AwEHoUQDQgAE9+1htaM7xatHeB+n3MyS31dQdd7ZFTXMWojhrjhQIV3tpLbosJdN
            jc+nPGH1vuc8FvmwlVPiuj573tUoIVgcmA==
            -----END EC PRIVATE KEY-----
            """;

    private static final String EC_PUBLIC =
            """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9+1htaM7xatHeB+n3MyS31dQdd7Z
            FTXMWojhrjhQIV3tpLbosJdNjc+nPGH1vuc8FvmwlVPiuj573tUoIVgcmA==
            -----END PUBLIC KEY-----
            """;

    private static final String RSA =
            """
            -----BEGIN RSA PRIVATE KEY-----
            MIIEpAIBAAKCAQEAuY+nGh6lyY+4/Er+PRHn9dnOu1UUXfdVjpGnMHvgBPI7p9Fh
            0iqikxcgx0yH+UX0gaJ2DHMvNWr9qniNePnvt9046c1NDZGXPtmwlcy9djReDQsB
            vJNkwIKTzuCUNchoNtal0BV0RfSroAAfeFnl4hEYHG8szOj/2aZxgXq5/98xGpgc
            m8IZ6Ivg5jcHT48jNiBxaVGqFs/Xk+3b/wMQx9UhFdaKxC4ucI/rxcxz8sImb8Ux
            SbBlX3BwfLbOPklzdOEmmXdU5CSp0i8F+7hxJtMLy7Q8qPmc/CqtF6dhGWQhdb5x
            CNeLcclAge6z7dzO61uvLmo3Vic3QN50VDXqRwIDAQABAoIBACLsJDjIN89dWyUw
            P/TiX9NnMH8VHgYpPFLemqaHSbvkktGcmFpjZ8FjAuo/Pv/s6H1VQ/5H10SoZCEn
            Gwj/kNv7qHBoEO5SzjIn6hHnPGj4phKyVZtV6gpJCORQY9RTaTmY4A/vWbiouXwd
            Sc7urFMFgJIpYjcWSsB9kLMbk9HRr17Tbhx0RNCNMAYkORBxB+ywTFLqjRVbpQb6
            EC6rdqguksuOSbCT9Z5+xV5MAP5wjQHdNOtQUw9jfj7oopNV8ojUu1booKL8lK2j
            cccgPHgGoMswPLXfub7VaE516e3p2Y3mZF0+I5T0vPf320tE8piZRUzbLGBluHfK
            K+liz4ECgYEA5AeXUYbM/DhjN3a0es9NrTo7uwwcNyZXMcYLJJ2NmaaLWkYFeOgf
            fQFikGIlERy8jKn5KzL8lK6Gkta6GhN/zCeUwBKPxHDfQa7gcQ/BREi7oJ6q9QSi
            5V+xRn0hGKoVwBLbRtO+EluJHUT+ea0qswcioBhVEfUahGLmZi7/I6cCgYEA0FJ/
            rH2O2O2tsYtRP/tgS9B3zqocau33KoC8K3j2Kg0L8jA5kbzjxDAdC7+dRaT3Cqy4
            P4eLtSIvsgL+34FpLxxUkx4W2uNThw8r4/KGJgNDR3BDWzEC6fPqHypbROjwU7FY
            Qz8NQGa796L0ueBic509yxaSJwHHe0CLgm14WGECgYBfmZ8jGvTNuYY/NpEr+8WB
            Hqz0Gnup03Uy9OivDS7UgDJkQn8A1bB95BrClaMcrYOPJaPFLLcgTps07LlRPWOS
            3/VJIX8MyJWRIBQQ0p4gVq3zBRJ/btYsfBYCi2tYv9YmlMFBzHwfjijKEKbvtF32
            eMNXg1wHD09yuVQG+yUUeQKBgQCAixda4RLeyjIORq/48eyme1kh/ZeRZ4rHAC6c
            CISkx+4iIB21zr8gVKvnjvHFgpgpTxBVqxbKyvBxQCXy1hCIUEvjh4KEyBbHVNY5
            TnH2TLccAqqdP23T3H0Pg/xTVgTNL7YNsH9FyN6dXEDz3QAC5Pi3MxM13IQxik9L
            SK8koQKBgQC65j361bRzQvAg+Dus5Y1RxHhnqm0PY62s8IJ+xTRXXs//xErXss5I
            GsJKe+vGSFmiHJK2tZJ9j1P+LHIm4XHNhuh0n7kD4xuk2x/wbUshe/S+/5TiqQgl
            e1JL2S9zYGCCcLAItZWR0WwIuL+9R8j6XVPBC+SaoSQjtvOzDdkr5w==
            -----END RSA PRIVATE KEY-----
            """;

    private static final String RSA_PUBLIC =
            """
            -----BEGIN PUBLIC KEY-----
            MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuY+nGh6lyY+4/Er+PRHn
            9dnOu1UUXfdVjpGnMHvgBPI7p9Fh0iqikxcgx0yH+UX0gaJ2DHMvNWr9qniNePnv
            t9046c1NDZGXPtmwlcy9djReDQsBvJNkwIKTzuCUNchoNtal0BV0RfSroAAfeFnl
            4hEYHG8szOj/2aZxgXq5/98xGpgcm8IZ6Ivg5jcHT48jNiBxaVGqFs/Xk+3b/wMQ
            x9UhFdaKxC4ucI/rxcxz8sImb8UxSbBlX3BwfLbOPklzdOEmmXdU5CSp0i8F+7hx
            JtMLy7Q8qPmc/CqtF6dhGWQhdb5xCNeLcclAge6z7dzO61uvLmo3Vic3QN50VDXq
            RwIDAQAB
            -----END PUBLIC KEY-----
            """;

    @Test
    void theOlderFormOfAnEcKeyIsRead() throws Exception {
        assertThat(PrivateKeys.fits(read(EC), certified("EC", EC_PUBLIC))).isTrue();
    }

    @Test
    void theOlderFormOfAnRsaKeyIsRead() throws Exception {
        assertThat(PrivateKeys.fits(read(RSA), certified("RSA", RSA_PUBLIC))).isTrue();
    }

    @Test
    void aKeyOfAnotherKindDoesNotFit() throws Exception {
        assertThat(PrivateKeys.fits(read(EC), certified("RSA", RSA_PUBLIC))).isFalse();
    }

    @Test
    void anEncryptedKeyIsRefusedWithTheWayToDecryptIt() {
        for (String label : new String[] {"ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY"}) {
            String header = label.startsWith("RSA") ? "Proc-Type: 4,ENCRYPTED\n\n" : "";
            String text =
                    "-----BEGIN "
                            + label
                            + "-----\n"
                            + header
                            + "AAAA\n-----END "
                            + label
                            + "-----";
            assertThatThrownBy(() -> read(text))
                    .isInstanceOf(Unusable.class)
                    .hasMessageContaining("server.key holds an encrypted key")
                    .hasMessageContaining("openssl pkey -in server.key");
        }
    }

    @Test
    void aDamagedKeyIsRefusedWhateverItsOctetsAre() throws Exception {
        byte[] whole = Pem.read(EC.getBytes(US_ASCII), FILE).getLast().der();
        for (int i = 0; i < 16; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= (byte) 0xFF;
            var block = new Pem.Block("EC PRIVATE KEY", damaged);
            try {
                PrivateKey key = PrivateKeys.read(java.util.List.of(block), FILE);
                assertThat(PrivateKeys.fits(key, certified("EC", EC_PUBLIC))).isFalse();
            } catch (Unusable e) {
                assertThat(e.text()).contains("server.key");
            }
        }
    }

    private static PrivateKey read(String text) throws Unusable {
        return PrivateKeys.read(Pem.read(text.getBytes(US_ASCII), FILE), FILE);
    }

    private static PublicKey certified(String algorithm, String text) throws Exception {
        byte[] der = Pem.read(text.getBytes(US_ASCII), FILE).getFirst().der();
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
    }
}

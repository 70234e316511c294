package dev.concertina.starter.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * Reads a signing key: 32 bytes in base64 or base64url (a seed of Ed25519, or a shared secret), or
 * a private key in PEM (PKCS #8). What is wrong is said by the key's place, never by its text.
 */
final class KeyReader {
    private static final int SECRET_MIN = 32;
    private static final int RSA_BITS_MIN = 2048;

    private KeyReader() {}

    static SigningKey read(TokenSettings.Key key, int position) {
        var place = "concertina.token.keys[" + position + "]";
        try {
            var bytes = decoded(text(key, place), place);
            var from = key.activeFrom().orElse(Instant.EPOCH);
            return switch (key.algorithm()) {
                case EDDSA -> ed25519(key.id(), bytes, from).proven();
                case RS256 -> rsa(key.id(), bytes, from, place).proven();
                case HS256 -> secret(key.id(), bytes, from, place).proven();
            };
        } catch (GeneralSecurityException | JOSEException | ClassCastException e) {
            throw new MissingTokenKeyException(
                    place + " is not a private key for " + key.algorithm() + ".");
        }
    }

    private static String text(TokenSettings.Key key, String place) {
        if (key.file().isEmpty()) {
            return key.value()
                    .orElseThrow(() ->
                            new MissingTokenKeyException(
                                    place + " has neither a value nor a file."));
        }
        try {
            return Files.readString(Path.of(key.file().get()));
        } catch (IOException e) {
            throw new MissingTokenKeyException(
                    place + ".file is " + key.file().get() + ", which cannot be read.");
        }
    }

    private static byte[] decoded(String text, String place) {
        var body =
                text.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "")
                        .replaceAll("\\s", "")
                        .replace('-', '+')
                        .replace('_', '/');
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new MissingTokenKeyException(
                    place + " is neither base64 nor a private key in PEM (PKCS #8).");
        }
    }

    static SigningKey ed25519(Optional<String> id, byte[] bytes, Instant from)
            throws GeneralSecurityException, JOSEException {
        var seed = bytes.length == Ed25519.SEED ? bytes : seed(bytes);
        var pair = Ed25519.pair(seed);
        var x = Base64URL.encode(Ed25519.written((EdECPublicKey) pair.getPublic()));
        var thumb = new OctetKeyPair.Builder(Curve.Ed25519, x).build().computeThumbprint();
        var kid = id.orElse(thumb.toString());
        var jwk =
                new OctetKeyPair.Builder(Curve.Ed25519, x)
                        .keyID(kid)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.EdDSA)
                        .build();
        return new SigningKey(
                kid,
                JWSAlgorithm.EdDSA,
                from,
                new Ed25519.Signer(pair.getPrivate()),
                new Ed25519.Verifier(pair.getPublic()),
                pair.getPublic(),
                Optional.of(jwk));
    }

    private static byte[] seed(byte[] pkcs8) throws GeneralSecurityException {
        var key = (EdECPrivateKey) pem("Ed25519", pkcs8);
        return key.getBytes().orElseThrow(() -> new GeneralSecurityException("no seed"));
    }

    private static PrivateKey pem(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static SigningKey rsa(Optional<String> id, byte[] bytes, Instant from, String place)
            throws GeneralSecurityException, JOSEException {
        var key = (RSAPrivateCrtKey) pem("RSA", bytes);
        if (key.getModulus().bitLength() < RSA_BITS_MIN) {
            throw new MissingTokenKeyException(
                    "%s has %d bits; RS256 needs %d or more."
                            .formatted(place, key.getModulus().bitLength(), RSA_BITS_MIN));
        }
        var open =
                (RSAPublicKey)
                        KeyFactory.getInstance("RSA")
                                .generatePublic(
                                        new RSAPublicKeySpec(
                                                key.getModulus(), key.getPublicExponent()));
        var kid = id.orElse(new RSAKey.Builder(open).build().computeThumbprint().toString());
        var jwk =
                new RSAKey.Builder(open)
                        .keyID(kid)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.RS256)
                        .build();
        return new SigningKey(
                kid,
                JWSAlgorithm.RS256,
                from,
                new RSASSASigner(key),
                new RSASSAVerifier(open),
                open,
                Optional.of(jwk));
    }

    private static SigningKey secret(Optional<String> id, byte[] bytes, Instant from, String place)
            throws JOSEException {
        if (bytes.length < SECRET_MIN) {
            throw new MissingTokenKeyException(
                    "%s has %d bytes; HS256 needs %d or more."
                            .formatted(place, bytes.length, SECRET_MIN));
        }
        var thumb = new OctetSequenceKey.Builder(bytes).build().computeThumbprint().toString();
        return new SigningKey(
                id.orElse(thumb),
                JWSAlgorithm.HS256,
                from,
                new MACSigner(bytes),
                new MACVerifier(bytes),
                new SecretKeySpec(bytes, "HmacSHA256"),
                Optional.empty());
    }
}

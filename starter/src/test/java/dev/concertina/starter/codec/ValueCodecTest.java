package dev.concertina.starter.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ValueCodecTest {
    record Sum(
            BigDecimal net,
            List<BigDecimal> parts,
            BigInteger serial,
            double share,
            float weight) {}

    private final ValueCodec codec =
            new ValueCodec(
                    List.of(),
                    name -> name.startsWith("dev.concertina.starter.codec."),
                    ValueCodecTest.class.getClassLoader());

    @Test
    void numbersComeBackDigitForDigit() {
        var sum =
                new Sum(
                        new BigDecimal("3.00"),
                        List.of(new BigDecimal("12345678901234567890.123456789"), BigDecimal.TEN),
                        new BigInteger("123456789012345678901234567890"),
                        0.1,
                        0.1f);
        for (Object value : List.of(sum, Map.of("sum", sum), List.of(sum), sum.net())) {
            assertThat(codec.decode(codec.encode(value))).isEqualTo(Optional.of(value));
        }
    }
}

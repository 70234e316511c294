package dev.concertina.acceptance.engine;

import org.junit.jupiter.api.Nested;

/** Our own behind the port. */
class EmbeddedEngineTest {
    @Nested
    class Forwarding extends ForwardingSuite {
        Forwarding() {
            super(Engine.EMBEDDED);
        }
    }

    @Nested
    class Choosing extends ChoosingSuite {
        Choosing() {
            super(Engine.EMBEDDED);
        }
    }

    @Nested
    class Dividing extends DivisionSuite {
        Dividing() {
            super(Engine.EMBEDDED);
        }
    }

    @Nested
    class Rules extends RulesSuite {
        Rules() {
            super(Engine.EMBEDDED);
        }
    }

    @Nested
    class Tls extends TlsSuite {
        Tls() {
            super(Engine.EMBEDDED);
        }
    }
}

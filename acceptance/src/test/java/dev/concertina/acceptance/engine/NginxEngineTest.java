package dev.concertina.acceptance.engine;

import org.junit.jupiter.api.Nested;

/** nginx behind the port. */
class NginxEngineTest {
    @Nested
    class Forwarding extends ForwardingSuite {
        Forwarding() {
            super(Engine.NGINX);
        }
    }

    @Nested
    class Choosing extends ChoosingSuite {
        Choosing() {
            super(Engine.NGINX);
        }
    }

    @Nested
    class Dividing extends DivisionSuite {
        Dividing() {
            super(Engine.NGINX);
        }
    }

    @Nested
    class Rules extends RulesSuite {
        Rules() {
            super(Engine.NGINX);
        }
    }

    @Nested
    class Tls extends TlsSuite {
        Tls() {
            super(Engine.NGINX);
        }
    }
}

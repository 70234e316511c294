package dev.concertina.acceptance.engine;

import dev.concertina.fleet.host.NginxProgram;
import dev.concertina.fleet.host.OsHost;
import dev.concertina.fleet.time.Time;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.fleet.traffic.GatewaySettings;
import dev.concertina.fleet.traffic.NettyGateway;
import dev.concertina.fleet.traffic.NginxGateway;

/** The two that serve behind the same port. */
enum Engine {
    EMBEDDED {
        @Override
        Gateway open(GatewaySettings settings, OsHost host, Time time) {
            return NettyGateway.open(settings, host, time, _ -> {});
        }
    },
    NGINX {
        @Override
        Gateway open(GatewaySettings settings, OsHost host, Time time) {
            NginxProgram program = NginxProgram.find(System.getenv()).orElseThrow();
            return NginxGateway.open(settings, program, host, time, _ -> {});
        }
    };

    /** Takes over the one that runs, else starts one. */
    abstract Gateway open(GatewaySettings settings, OsHost host, Time time);

    /** Lets go of the leash, as when a fleet process is killed. */
    void letGo(Gateway gateway) {
        switch (gateway) {
            case NettyGateway netty -> netty.close();
            case NginxGateway nginx -> nginx.close();
            default -> {}
        }
    }
}

package dev.concertina.gateway.http2;

import dev.concertina.gateway.proxy.Worker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** What the connections of one worker share to speak HTTP/2. Used on its thread alone. */
public final class Http2 {
    private final Worker worker;
    private final RequestOctets request = new RequestOctets();
    private final ResponseFields response = new ResponseFields();

    public Http2(Worker worker) {
        this.worker = worker;
    }

    /**
     * The handler of a connection whose next octets are the client's preface.
     *
     * @param tls whether the client speaks TLS to the gateway
     */
    public ChannelHandler connection(Channel channel, boolean tls) {
        return Http2ClientBuilder.build(this, channel, tls);
    }

    Worker worker() {
        return worker;
    }

    /** Valid until the next request. */
    RequestOctets request() {
        return request;
    }

    /** Valid until the next response. */
    ResponseFields response() {
        return response;
    }
}

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

    /** The handler of a connection whose next octets are the client's preface. */
    public ChannelHandler connection(Channel channel) {
        return Http2ClientBuilder.build(this, channel);
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

package dev.concertina.bench.gateway;

/** What both nginx begin with. */
final class NginxText {
    static final String MAIN =
            """
            daemon off;
            error_log stderr error;
            worker_processes 1;
            worker_rlimit_nofile 8192;
            events { worker_connections 4096; }
            http {
            access_log off;
            sendfile on;
            tcp_nopush on;
            keepalive_requests 1000000000;
            keepalive_timeout 300s;
            client_body_temp_path tmp;
            proxy_temp_path tmp;
            fastcgi_temp_path tmp;
            uwsgi_temp_path tmp;
            scgi_temp_path tmp;
            """;

    private NginxText() {}
}

/** What a proxied request costs, beside nginx, HAProxy and Caddy in the same run. */
@NullMarked
package dev.concertina.bench.gateway;

import org.jspecify.annotations.NullMarked;

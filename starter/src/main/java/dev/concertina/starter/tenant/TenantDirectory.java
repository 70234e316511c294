package dev.concertina.starter.tenant;

import dev.concertina.starter.request.Tenant;

/**
 * Which tenants there are, where a list in the settings is not enough. A bean of this type is asked
 * at every request, before anything else is known of it; it must answer from memory.
 */
public interface TenantDirectory {
    boolean knows(Tenant tenant);
}

package dev.concertina.contract;

/**
 * The environment variables a fleet gives to every instance it starts. A program in any language
 * that reads {@link #PORT} is a first-class citizen; everything else is optional to it.
 */
public final class Env {
    /** TCP port the instance must listen on, decimal. */
    public static final String PORT = "PORT";

    /** The same port under the name Spring Boot binds to {@code server.port}. */
    public static final String SERVER_PORT = "SERVER_PORT";

    /** The instance's identity, unique in the fleet; see {@link InstanceId}. */
    public static final String INSTANCE_ID = "INSTANCE_ID";

    /** Name of the release the instance runs, such as {@code r3}. */
    public static final String RELEASE = "CONCERTINA_RELEASE";

    /**
     * {@code redis://}, {@code rediss://}, {@code redis-sentinel://} or {@code redis-cluster://}.
     */
    public static final String REDIS_URL = "REDIS_URL";

    /** {@code postgresql://host:port/database}, without credentials. */
    public static final String DATABASE_URL = "DATABASE_URL";

    /** User for {@link #DATABASE_URL}. */
    public static final String DATABASE_USER = "DATABASE_USER";

    /** Password for {@link #DATABASE_URL}. */
    public static final String DATABASE_PASSWORD = "DATABASE_PASSWORD";

    /**
     * The most instances that can exist at one moment, surge of a rollout included, decimal.
     * Connection budgets divide by it.
     */
    public static final String FLEET_SIZE_MAX = "CONCERTINA_FLEET_SIZE_MAX";

    private Env() {}
}
